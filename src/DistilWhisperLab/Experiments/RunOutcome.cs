namespace DistilWhisperLab.Experiments;

/// <summary>What a run of a sweep measured.</summary>
/// <param name="Metrics">Its figures by name, for example <c>wer_id</c> in percent.</param>
public sealed record RunOutcome(IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>Errors and words per utterance by test set, from which intervals are drawn later; empty for none.</summary>
    public IReadOnlyDictionary<string, WordErrorCounts> WordErrors { get; init; } = new Dictionary<string, WordErrorCounts>();

    /// <summary>The model that came out, as a path; null where none is kept.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>
    /// An outcome whose figures are the word error rates of test sets, in percent: <c>wer_</c> and the set's name, and
    /// <c>wer</c> for their mean.
    /// </summary>
    public static RunOutcome Of(IReadOnlyDictionary<string, WordErrorCounts> wordErrors)
    {
        var metrics = new Dictionary<string, double> { [SweepResults.Wer] = wordErrors.Values.Average(set => set.Rate) };
        foreach (var (set, counts) in wordErrors)
        {
            metrics[$"{SweepResults.Wer}_{set}"] = counts.Rate;
        }

        return new RunOutcome(metrics) { WordErrors = wordErrors };
    }
}
