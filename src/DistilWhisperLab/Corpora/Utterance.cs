namespace DistilWhisperLab.Corpora;

/// <summary>One row of a manifest: what is said, and where it is heard.</summary>
/// <param name="Id">Unique within the corpus.</param>
/// <param name="Audio">The recording's file, relative to the manifest; in Parquet a shard and a row.</param>
/// <param name="Start">Where the utterance begins in the recording, in seconds.</param>
/// <param name="Duration">Its length in seconds.</param>
/// <param name="Text">What is said, as a person would write it.</param>
/// <param name="Domain">The domain's name.</param>
/// <param name="Split">The split's name.</param>
/// <param name="Voice">The speaker.</param>
/// <param name="Recording">The recording's name.</param>
/// <param name="Position">The utterance's number in the recording, from zero.</param>
/// <param name="Fault">
/// The fault that was planted in the utterance, for example <c>second-talker</c>; null for none. No training code reads
/// it: studies measure with it what a filter caught.
/// </param>
public sealed record Utterance(
    string Id,
    string Audio,
    double Start,
    double Duration,
    string Text,
    string Domain,
    string Split,
    string Voice,
    string Recording,
    int Position,
    string? Fault = null)
{
    /// <summary>The voice of a row whose speaker nothing names.</summary>
    internal const string UnknownVoice = "unknown";

    // A recording is cut at whole samples, so an utterance of just a window's length may be one sample longer.
    private const double WindowTolerance = 1e-4;

    /// <summary>Whether a window holds the utterance.</summary>
    /// <param name="windowSeconds">The window's length.</param>
    public bool Fits(double windowSeconds) => Duration <= windowSeconds + WindowTolerance;

    /// <summary>How many rows each turn of a speaker has, in order: neighbours of one recording in one voice.</summary>
    internal static IReadOnlyList<int> TurnsOf(IEnumerable<Utterance> utterances)
    {
        var turns = new List<int>();
        Utterance? before = null;
        foreach (var utterance in utterances)
        {
            if (before is not null && (before.Recording, before.Voice) == (utterance.Recording, utterance.Voice))
            {
                turns[^1]++;
            }
            else
            {
                turns.Add(1);
            }

            before = utterance;
        }

        return turns;
    }
}
