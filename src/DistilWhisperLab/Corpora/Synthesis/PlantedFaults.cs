using System.Numerics.Tensors;
using DistilWhisperLab.Audio.Acoustics;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>
/// Faults that a real corpus has without saying so: audio on which a teacher mislabels or hallucinates, which is what
/// the word-error-rate filter is for, and wrong transcripts, whose good labels the filter loses.
/// </summary>
internal static class PlantedFaults
{
    /// <summary>Another person speaks at the same time, as loud.</summary>
    public const string SecondTalker = "second-talker";

    /// <summary>Another language is spoken in place of the sentence.</summary>
    public const string Foreign = "foreign";

    /// <summary>The speech is nonsense: the sentence played backwards.</summary>
    public const string Nonsense = "nonsense";

    /// <summary>Music in place of most of the speech.</summary>
    public const string Music = "music";

    /// <summary>Noise in place of most of the speech.</summary>
    public const string NoiseOnly = "noise";

    /// <summary>The audio is good, but the transcript is another sentence's.</summary>
    public const string WrongTranscript = "wrong-transcript";

    // What is left of the speech under music or noise.
    private const double LeftOver = 0.25;

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [SecondTalker, Foreign, Nonsense, Music, NoiseOnly, WrongTranscript];

    /// <summary>An utterance's fault, or null: each kind with its share.</summary>
    public static string? Draw(IReadOnlyDictionary<string, double> shares, Random random)
    {
        var point = random.NextDouble();
        foreach (var kind in Kinds)
        {
            point -= shares.GetValueOrDefault(kind);
            if (point < 0)
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>Two talkers of the same power; the second is cut, or stops early.</summary>
    public static float[] Overlap(float[] speech, float[] other)
    {
        var both = (float[])speech.Clone();
        var heard = other.AsSpan(0, Math.Min(other.Length, speech.Length));
        var gain = (float)Math.Sqrt(Level.ActivePower(speech) / Level.ActivePower(heard));
        TensorPrimitives.MultiplyAdd(heard, gain, both.AsSpan(0, heard.Length), both.AsSpan(0, heard.Length));
        return both;
    }

    /// <summary>Keeps the end of the speech, and puts music or noise of the speech's power under the whole.</summary>
    public static float[] Drown(float[] speech, string noise, Random random)
    {
        var drowned = new float[speech.Length];
        var from = (int)((1 - LeftOver) * speech.Length);
        speech.AsSpan(from).CopyTo(drowned.AsSpan(from));
        var gain = (float)Math.Sqrt(Level.ActivePower(speech));
        TensorPrimitives.MultiplyAdd(Noise.Of(noise, speech.Length, random), gain, drowned, drowned);
        return drowned;
    }

    /// <summary>The samples from the last to the first.</summary>
    public static float[] Reverse(float[] speech)
    {
        var reversed = (float[])speech.Clone();
        Array.Reverse(reversed);
        return reversed;
    }
}
