using System.Globalization;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Audio.Acoustics;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Evaluation;

/// <summary>Noise mixed into test audio before it is transcribed: a point of the paper's Figure 2.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>; the figure has <c>white</c> and <c>pub</c>.</param>
/// <param name="Snr">Signal to noise in dB, over the stretches in which somebody speaks.</param>
public sealed record AddedNoise(string Kind, double Snr)
{
    private const string Pub = "pub";

    // Some dozens of talkers are enough for a pub in which no voice stands out.
    private const int PubVoices = 48;

    // What Parse takes for all points of the figure.
    private const string Figure = "fig2";

    /// <summary>
    /// The figure's points: white noise and a pub, each from 40 dB, hardly audible, to −10 dB, noise of ten times the
    /// speech's power.
    /// </summary>
    public static IReadOnlyList<AddedNoise> Figure2 { get; } =
        [.. from kind in (string[])["white", Pub] from snr in (double[])[40, 30, 20, 10, 0, -10] select new AddedNoise(kind, snr)];

    /// <summary>Every kind of <see cref="Noise"/>, and a pub in which voices of the shipped validation split talk all at once (tested on that split, an utterance may meet itself there).</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. Noise.Kinds, Pub];

    /// <summary>Reads noises with commas between them, each a kind and a ratio: <c>pub:10,pub:0</c>; <c>fig2</c> is <see cref="Figure2"/>.</summary>
    /// <exception cref="LabException">One is none.</exception>
    public static IReadOnlyList<AddedNoise> ParseAll(string text) =>
        [.. text.Split(',').SelectMany(part => part == Figure ? Figure2 : [Parse(part)]).Distinct()];

    /// <summary>A kind and a ratio, as <see cref="ParseAll"/> reads them.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind}:{Snr}");

    private static AddedNoise Parse(string text) =>
        text.Split(':') is [var kind, var ratio] && Kinds.Contains(kind)
        && double.TryParse(ratio, NumberStyles.Float, CultureInfo.InvariantCulture, out var snr) && double.IsFinite(snr)
            ? new AddedNoise(kind, snr)
            : throw new LabException($"\"{text}\" is no noise; write a kind ({string.Join(", ", Kinds)}), a colon and the signal-to-noise ratio in dB, such as white:10, or {Figure} for all of Figure 2.");

    /// <summary>What decides the noise: a pub depends on who is in it.</summary>
    internal object Identity => Kind == Pub ? new { Kind, Snr, Voices = ContentHash.Data(Voices()) } : this;

    /// <summary>
    /// The mixer of a test set: a clip and its number give the noisy clip. The number seeds the noise, so that an utterance
    /// meets the same noise at every ratio and with every model.
    /// </summary>
    internal Func<AudioClip, int, AudioClip> Mixer(int seed)
    {
        var talk = Kind == Pub ? Voices().Stream().Select(item => item.Clip.Samples).ToList() : [];
        return (clip, number) =>
        {
            var random = Seeds.Random(seed, number);
            var length = clip.Samples.Length;
            var samples = (float[])clip.Samples.Clone();
            Level.AddAtSnr(samples, Kind == Pub ? Noise.Pub(talk, length, random) : Noise.Of(Kind, length, random), Snr);
            return clip with { Samples = samples };
        };
    }

    private static Corpus Voices() => Corpus.Shipped("validation").AcrossDomains(PubVoices);
}
