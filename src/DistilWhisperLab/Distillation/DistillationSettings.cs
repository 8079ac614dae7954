using System.ComponentModel;

namespace DistilWhisperLab.Distillation;

#pragma warning disable CS1591 // Each description is the member's documentation, and the help of lab distill shows it too.

/// <summary>
/// The distillation objective and schedule; the defaults are the paper's (§3.2, T15) where they carry over to the lab.
/// </summary>
public record DistillationSettings
{
    [Description("Updates of the run.")]
    public int Updates { get; init; } = 600;

    [Description("Utterances in a batch.")]
    public int Batch { get; init; } = 16;

    [Description("Batches whose gradients make one update.")]
    public int Accumulation { get; init; } = 1;

    [Description("Weight of the cross-entropy with the pseudo-labels, L_PL: 1.0 in the paper.")]
    public double PseudoLabelWeight { get; init; } = 1.0;

    [Description("Weight of the divergence from the teacher, L_KL: 0.8 in the paper.")]
    public double KlWeight { get; init; } = 0.8;

    [Description("Weight of the difference between hidden states, L_MSE; above 0 the teacher's decoder runs in every update.")]
    public double MseWeight { get; init; }

    [Description("The temperature of both distributions in L_KL: 2 in the paper.")]
    public double Temperature { get; init; } = 2.0;

    [Description("Probability that the cross-entropy spreads over the whole vocabulary.")]
    public double LabelSmoothing { get; init; }

    [Description("The highest learning rate; the paper's 1e-4 is for models hundreds of times as large, trained a hundred times as long.")]
    public double PeakLearningRate { get; init; } = 2e-3;

    [Description("Updates until the highest learning rate.")]
    public int Warmup { get; init; } = 50;

    [Description("Keep the learning rate at its peak after the warm-up, in place of the linear decay to zero.")]
    public bool ConstantLearningRate { get; init; }

    [Description("AdamW's weight decay.")]
    public double WeightDecay { get; init; }

    [Description("The norm to which a larger gradient is scaled down.")]
    public double MaxGradientNorm { get; init; } = 1;

    [Description("Probability that an utterance is learned with its label's timestamps.")]
    public double TimestampProbability { get; init; } = 0.5;

    [Description("Probability that an utterance is learned behind the text of the one before it.")]
    public double PreviousTextProbability { get; init; } = 0.2;

    [Description("Compute the student in bfloat16 over weights kept in float32: meant for GPUs that multiply it faster; a CPU may gain little.")]
    public bool Bfloat16 { get; init; }

    [Description("The run's seed: the order of the data, every random choice, and a random student's weights.")]
    public int Seed { get; init; } = 1;

    /// <summary>Refuses values that no run can use.</summary>
    /// <exception cref="LabException">There is one.</exception>
    public virtual void Check()
    {
        (string Name, double Value, double Least, double Most)[] ranges =
        [
            ("updates", Updates, 1, int.MaxValue), ("batch", Batch, 1, int.MaxValue), ("accumulation", Accumulation, 1, int.MaxValue),
            ("pseudo_label_weight", PseudoLabelWeight, 0, 1e6), ("kl_weight", KlWeight, 0, 1e6), ("mse_weight", MseWeight, 0, 1e6),
            ("temperature", Temperature, 1e-3, 1e3), ("label_smoothing", LabelSmoothing, 0, 0.99),
            ("peak_learning_rate", PeakLearningRate, 0, 1e3), ("warmup", Warmup, 0, int.MaxValue), ("weight_decay", WeightDecay, 0, 1e3),
            ("max_gradient_norm", MaxGradientNorm, 1e-12, 1e12), ("timestamp_probability", TimestampProbability, 0, 1),
            ("previous_text_probability", PreviousTextProbability, 0, 1),
        ];
        foreach (var (name, value, least, most) in ranges)
        {
            if (!(value >= least && value <= most))
            {
                throw new LabException($"{name} is {value}; it must lie between {least} and {most}.");
            }
        }

        if (PseudoLabelWeight + KlWeight + MseWeight == 0)
        {
            throw new LabException("All weights of the objective are 0, so there is nothing to learn; give pseudo_label_weight, kl_weight or mse_weight.");
        }
    }
}
