using DistilWhisperLab.Experiments;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Evaluation;

/// <summary>
/// The word error rate of a set: every text through Whisper's normaliser of its language first, errors and words summed over
/// the set (paper §5), with a bootstrap interval over speakers' turns, or over utterances where each stands alone.
/// </summary>
/// <param name="Utterances">Each utterance's aligned, normalised words.</param>
public sealed record WordErrorRate(IReadOnlyList<WordAlignment> Utterances)
{
    /// <summary>How many utterances each speaker's turn has, in order (<see cref="Corpora.Corpus.Turns"/>); null where each stands alone.</summary>
    public IReadOnlyList<int>? Turns { get; init; }

    /// <summary>All errors and words together.</summary>
    public WordAlignment Total { get; } = WordErrors.Sum(Utterances);

    /// <summary>Errors per reference word, in percent.</summary>
    public double Rate => Total.Rate;

    /// <summary>Compares transcripts with references, both as written.</summary>
    /// <param name="references">What was said.</param>
    /// <param name="hypotheses">What the model wrote, in the same order.</param>
    /// <param name="language">Its code: English has a normaliser of its own, all others share the basic one.</param>
    /// <exception cref="ArgumentException">There are not as many of the one as of the other.</exception>
    public static WordErrorRate Of(IEnumerable<string> references, IEnumerable<string> hypotheses, string language = "en")
    {
        var (said, written) = (references.ToList(), hypotheses.ToList());
        if (said.Count != written.Count)
        {
            throw new ArgumentException($"{said.Count} references, but {written.Count} hypotheses.");
        }

        return Of(said.Zip(written, (r, h) => (r, h, language)));
    }

    /// <summary>Compares transcripts with references, each pair by the normaliser of its language.</summary>
    /// <param name="pairs">What was said, what the model wrote, and the language's code.</param>
    public static WordErrorRate Of(IEnumerable<(string Reference, string Hypothesis, string Language)> pairs)
    {
        var normalizer = new LanguageNormalizer();
        return new WordErrorRate([.. pairs.Select(pair => WordErrors.Align(
            normalizer.Normalize(pair.Reference, pair.Language), normalizer.Normalize(pair.Hypothesis, pair.Language)))]);
    }

    /// <summary>
    /// The 95 % interval of the rate: turns, or utterances that stand alone, drawn with replacement, errors and words
    /// summed anew each time (Bisani and Ney 2004).
    /// </summary>
    /// <param name="seed">The run's seed.</param>
    public Interval Bootstrap(int seed = 1) => WordErrorCounts.Of(this).Interval(seed);

    /// <summary>
    /// The 95 % interval of this rate minus another's over the same utterances: each draw takes the same utterances
    /// of both, so that what makes an utterance hard cancels out.
    /// </summary>
    /// <param name="other">The rate subtracted, of the same utterances in the same order.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="ArgumentException">The sets differ in size.</exception>
    public Interval BootstrapDifference(WordErrorRate other, int seed = 1)
    {
        if (other.Utterances.Count != Utterances.Count)
        {
            throw new ArgumentException($"{Utterances.Count} utterances against {other.Utterances.Count}.", nameof(other));
        }

        var (mine, theirs) = (WordErrorCounts.Of(this), WordErrorCounts.Of(other));
        return Experiments.Bootstrap.Interval(
            random =>
            {
                var drawn = mine.Draw(random);
                return mine.RateOf(drawn) - theirs.RateOf(drawn);
            },
            seed);
    }
}
