using DistilWhisperLab.Audio;
using DistilWhisperLab.Corpora;

namespace DistilWhisperLab.Evaluation;

/// <summary>A test set: a domain of a manifest.</summary>
/// <param name="Name">The domain.</param>
/// <param name="Kind">What it is to a student.</param>
/// <param name="Split">The split that its utterances belong to.</param>
/// <param name="Corpus">Its utterances.</param>
public sealed record EvaluationSet(string Name, SetKind Kind, string Split, Corpus Corpus)
{
    /// <summary>Whether its items are long recordings, longer than a model's window.</summary>
    public bool IsLong => Kind is SetKind.LongId or SetKind.LongOod;

    /// <summary>Whether an item of it is longer than a window, so that it is transcribed as a long recording is.</summary>
    public bool HasLongerThan(double windowSeconds) => IsLong || Corpus.Utterances.Any(u => !u.Fits(windowSeconds));

    /// <summary>
    /// The audio to transcribe with what is said in it, one at a time: each utterance, or of a long set each recording
    /// from its first utterance's start to its last one's end, pauses included.
    /// </summary>
    /// <exception cref="CorpusException">A long recording lies in more than one file, so that its pauses are not known.</exception>
    public IEnumerable<(AudioClip Clip, string Reference)> Items() => IsLong
        ? Corpus.Utterances.GroupBy(u => u.Recording).Select(Whole)
        : Corpus.Stream().Select(item => (item.Clip, item.Utterance.Text));

    /// <summary>How many items there are.</summary>
    public int Count => IsLong ? Corpus.Utterances.DistinctBy(u => u.Recording).Count() : Corpus.Utterances.Count;

    private (AudioClip Clip, string Reference) Whole(IGrouping<string, Utterance> recording)
    {
        var utterances = recording.OrderBy(u => u.Start).ToList();
        var (first, last) = (utterances[0], utterances[^1]);
        if (utterances.Any(u => u.Audio != first.Audio))
        {
            throw new CorpusException($"The recording {recording.Key} of {Corpus.Location} lies in several files; a long set needs a manifest whose rows say where in one file each utterance lies.");
        }

        var whole = first with { Duration = last.Start + last.Duration - first.Start };
        return (Corpus.Audio(whole), string.Join(' ', utterances.Select(u => u.Text)));
    }
}
