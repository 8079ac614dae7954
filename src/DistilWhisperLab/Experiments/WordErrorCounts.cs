using DistilWhisperLab.Evaluation;

namespace DistilWhisperLab.Experiments;

/// <summary>
/// Errors and words of each utterance of a test set: all that is needed to compute the set's word error rate and its
/// bootstrap intervals again. In JSON <c>{"errors":[…],"words":[…],"turns":[…]}</c>.
/// </summary>
/// <param name="Errors">Substitutions, deletions and insertions together, by utterance.</param>
/// <param name="Words">Words of the reference, by utterance.</param>
public sealed record WordErrorCounts(int[] Errors, int[] Words)
{
    /// <summary>How many utterances each speaker's turn has, in order (<see cref="Corpora.Corpus.Turns"/>); null where each stands alone.</summary>
    public int[]? Turns { get; init; }

    /// <summary>The counts of a measured rate.</summary>
    public static WordErrorCounts Of(WordErrorRate wer) =>
        new([.. wer.Utterances.Select(u => u.Errors)], [.. wer.Utterances.Select(u => u.ReferenceWords)]) { Turns = wer.Turns?.ToArray() };

    /// <summary>Number of utterances.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Utterances => Errors.Length;

    /// <summary>Errors per word of the reference over the whole set, in percent.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double Rate => 100.0 * Errors.Sum() / Math.Max(1, Words.Sum());

    /// <summary>The rate of a draw of utterances, some of them repeated, in percent.</summary>
    public double RateOf(ReadOnlySpan<int> drawn)
    {
        int errors = 0, words = 0;
        foreach (var i in drawn)
        {
            errors += Errors[i];
            words += Words[i];
        }

        return 100.0 * errors / Math.Max(1, words);
    }

    /// <summary>The 95 % interval of <see cref="Rate"/>, turns drawn with replacement.</summary>
    public Interval Interval(int seed = 1) => Bootstrap.Interval(random => RateOf(Draw(random)), seed);

    /// <summary>Utterances of as many turns as there are, drawn with replacement.</summary>
    internal int[] Draw(Random random) => Turns is null ? Bootstrap.Draw(random, Utterances) : Bootstrap.Draw(random, Turns);

    /// <summary>Whether both are of the same utterances, as far as counts can tell.</summary>
    internal bool IsOfTheSame(WordErrorCounts other) =>
        Words.AsSpan().SequenceEqual(other.Words) && Turns.AsSpan().SequenceEqual(other.Turns);
}
