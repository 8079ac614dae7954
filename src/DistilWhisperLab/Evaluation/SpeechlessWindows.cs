using DistilWhisperLab.Audio;
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

    /// <summary>Transcribes windows without speech.</summary>
    /// <param name="model">The model.</param>
    /// <param name="clips">For each kind of sound its clips, at least one and none longer than the model's window.</param>
    /// <param name="options">How windows are decoded; null for the defaults.</param>
    /// <param name="progress">Told of the windows done; null for none.</param>
    /// <returns>One result a sound. Text counts when the normaliser leaves something of it.</returns>
    public static IReadOnlyList<SpeechlessWindows> Of(
        Transcriber model,
        IReadOnlyDictionary<string, IReadOnlyList<AudioClip>> clips,
        DecodingOptions? options = null,
        IProgress<Progress>? progress = null)
    {
        var normalizer = new EnglishNormalizer();
        return [.. clips.Select(sound => new SpeechlessWindows(
            sound.Key,
            [.. model.Transcribe(sound.Value, options, progress: progress).Select(result =>
                normalizer.Normalize(result.Text).Length > 0 ? result.Text : "")]))];
    }
}
