using DistilWhisperLab.Experiments;

namespace DistilWhisperLab.Distillation;

/// <summary>What a run led to.</summary>
/// <param name="Key">What makes it the same run, for the run ledger.</param>
/// <param name="Mapping">Where the student's layers came from.</param>
/// <param name="Updates">Updates made.</param>
/// <param name="BestUpdate">The update whose weights the student has.</param>
/// <param name="Utterances">Utterances trained on.</param>
/// <param name="Dropped">Utterances left out, by reason.</param>
/// <param name="LabelWer">The word error rate of the labels trained on, in percent.</param>
/// <param name="Teacher">The teacher on the validation set; null without one.</param>
/// <param name="Student">The student on it.</param>
public sealed record DistillationResult(
    RunKey Key,
    string Mapping,
    int Updates,
    int BestUpdate,
    int Utterances,
    IReadOnlyDictionary<string, int> Dropped,
    double LabelWer,
    ValidationResult? Teacher,
    ValidationResult? Student)
{
    /// <summary>How long it trained, validation included, in all sittings; what a killed one did since its last saved state is not counted.</summary>
    public TimeSpan Trained { get; init; }

    /// <summary>How far rounding in a cache of 16 bits moved the first update's loss, relatively; null where the cache was exact.</summary>
    public double? CacheDifference { get; init; }

    /// <summary>The run's figures, for the run ledger.</summary>
    /// <param name="studentDirectory">Where the student lies.</param>
    public RunOutcome Outcome(string studentDirectory)
    {
        var metrics = new Dictionary<string, double>
        {
            ["updates"] = Updates,
            ["best_update"] = BestUpdate,
            ["windows"] = Utterances,
            ["label_wer"] = LabelWer,
        };
        foreach (var (name, result) in new[] { ("teacher_wer", Teacher), ("wer", Student) })
        {
            if (result is not null)
            {
                metrics[name] = result.Wer;
            }
        }

        if (CacheDifference is { } difference)
        {
            metrics["cache_difference"] = difference;
        }

        return new RunOutcome(metrics) { Checkpoint = studentDirectory };
    }
}
