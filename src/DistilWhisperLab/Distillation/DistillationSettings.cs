namespace DistilWhisperLab.Distillation;

/// <summary>The distillation objective and schedule; the defaults are the paper's (§3.2, T15) where they carry over to the lab.</summary>
public sealed record DistillationSettings
{
    /// <summary>Updates of the run.</summary>
    public int Updates { get; init; } = 600;

    /// <summary>Utterances an update.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Weight of the cross-entropy with the pseudo-labels, L_PL: 1.0 in the paper.</summary>
    public double PseudoLabelWeight { get; init; } = 1.0;

    /// <summary>Weight of the divergence from the teacher, L_KL: 0.8 in the paper.</summary>
    public double KlWeight { get; init; } = 0.8;

    /// <summary>The temperature of both distributions in L_KL: 2 in the paper.</summary>
    public double Temperature { get; init; } = 2.0;

    /// <summary>
    /// The highest learning rate. The paper's 1e-4 is for models five hundred times as large, trained a hundred times
    /// as long.
    /// </summary>
    public double PeakLearningRate { get; init; } = 1e-3;

    /// <summary>Updates until the highest learning rate.</summary>
    public int Warmup { get; init; } = 50;

    /// <summary>The run's seed: the order of the data and, for a random student, its weights.</summary>
    public int Seed { get; init; } = 1;
}
