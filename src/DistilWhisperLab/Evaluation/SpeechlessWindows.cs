using DistilWhisperLab.Audio;
using DistilWhisperLab.Audio.Acoustics;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Evaluation;

/// <summary>
/// How often a model writes text where nobody speaks: its plainest hallucination. The paper
/// finds most of them in long silences between utterances.
/// </summary>
/// <param name="Sound">What is heard, for example <c>white</c> or <c>music</c>.</param>
/// <param name="Windows">What the model wrote for each window.</param>
public sealed record SpeechlessWindows(string Sound, IReadOnlyList<SpeechlessWindow> Windows)
{
    // The normal distribution's 97.5 % point.
    private const double Z = 1.959964;

    // In dB of full scale, root mean square.
    private const double Quietest = -40;
    private const double Loudest = -18;

    /// <summary>Windows in which something was written that a transcript would keep: the decoder did not take them for silence.</summary>
    public int Written => Windows.Count(window => window.HasText && !window.TakenForSilence);

    /// <summary>Windows in which something was written, taken for silence or not.</summary>
    public int WrittenInAll => Windows.Count(window => window.HasText);

    /// <summary>The share of <see cref="Written"/> in percent.</summary>
    public double Share => 100.0 * Written / Windows.Count;

    /// <summary>The share's 95 % interval in percent (Wilson 1927), sound for shares of 0 and 100 % too.</summary>
    public Interval Interval
    {
        get
        {
            var (n, p) = ((double)Windows.Count, Share / 100);
            var middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
            var half = Z / (1 + Z * Z / n) * Math.Sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
            return new Interval(100 * (middle - half), 100 * (middle + half));
        }
    }

    /// <summary>Transcribes windows without speech, of every kind of <see cref="Noise"/>.</summary>
    /// <param name="model">The model; the windows are as long as its own.</param>
    /// <param name="windows">How many windows of each kind.</param>
    /// <param name="seed">Seeds the sounds.</param>
    /// <param name="options">How windows are decoded; null for the defaults.</param>
    /// <param name="progress">Told of the windows done; null for none.</param>
    /// <returns>One result a sound.</returns>
    public static IReadOnlyList<SpeechlessWindows> Of(
        Transcriber model, int windows, int seed, DecodingOptions? options = null, IProgress<Progress>? progress = null)
    {
        var (normalizer, rule) = (new EnglishNormalizer(), new DecodingFallback());
        return [.. Noise.Kinds.Select((kind, place) => new SpeechlessWindows(
            kind,
            [.. model.Transcribe(Clips(kind, place), options, progress: progress).Select(result => new SpeechlessWindow(
                result.Text, normalizer.Normalize(result.Text).Length > 0, rule.IsSilence(result)))]))];

        List<AudioClip> Clips(string kind, int place) =>
            [.. Enumerable.Range(0, windows).Select(i => Clip(kind, model.Model.Config.WindowSamples, Seeds.Random(seed, place, i)))];
    }

    /// <summary>A window of a sound as loud as speech commonly is, or quieter.</summary>
    private static AudioClip Clip(string kind, int samples, Random random)
    {
        var sound = Noise.Of(kind, samples, random);
        var gain = (float)Level.Gain(Quietest + (Loudest - Quietest) * random.NextDouble());
        return new AudioClip([.. sound.Select(sample => Math.Clamp(gain * sample, -1, 1))], LogMelSpectrogram.SampleRate);
    }
}

/// <summary>What a model wrote where nobody spoke.</summary>
/// <param name="Text">The text.</param>
/// <param name="HasText">Whether the normaliser leaves something of it.</param>
/// <param name="TakenForSilence">
/// Whether long-form decoding would drop it (<see cref="DecodingFallback.IsSilence"/>). Without that rule a Whisper, which
/// may not begin with the end token, nearly always writes something.
/// </param>
public readonly record struct SpeechlessWindow(string Text, bool HasText, bool TakenForSilence);
