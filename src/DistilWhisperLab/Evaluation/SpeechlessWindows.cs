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
/// <param name="Texts">What the model wrote for each window, nothing included.</param>
public sealed record SpeechlessWindows(string Sound, IReadOnlyList<string> Texts)
{
    // The normal distribution's 97.5 % point.
    private const double Z = 1.959964;

    // In dB of full scale, root mean square.
    private const double Quietest = -40;
    private const double Loudest = -18;

    /// <summary>Windows in which something was written.</summary>
    public int Written => Texts.Count(text => text.Length > 0);

    /// <summary>Their share in percent.</summary>
    public double Share => 100.0 * Written / Texts.Count;

    /// <summary>The share's 95 % interval in percent (Wilson 1927), sound for shares of 0 and 100 % too.</summary>
    public Interval Interval
    {
        get
        {
            var (n, p) = ((double)Texts.Count, Share / 100);
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
    /// <returns>
    /// One result a sound. Text counts when the normaliser leaves something of it and the decoder does not take the window
    /// for silence (<see cref="DecodingFallback.IsSilence"/>): without that rule a Whisper, which may not begin with the
    /// end token, always writes something.
    /// </returns>
    public static IReadOnlyList<SpeechlessWindows> Of(
        Transcriber model, int windows, int seed, DecodingOptions? options = null, IProgress<Progress>? progress = null)
    {
        var (normalizer, rule) = (new EnglishNormalizer(), new DecodingFallback());
        return [.. Noise.Kinds.Select((kind, place) => new SpeechlessWindows(
            kind,
            [.. model.Transcribe(Clips(kind, place), options, progress: progress).Select(result =>
                !rule.IsSilence(result) && normalizer.Normalize(result.Text).Length > 0 ? result.Text : "")]))];

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
