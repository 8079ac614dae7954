using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistilWhisperLab.Training;

/// <summary>The terms of the distillation objective (paper §3.2): means over the targets that count, never over padding.</summary>
public static class Losses
{
    /// <summary>Cross-entropy with the pseudo-labels, the paper's L_PL.</summary>
    /// <param name="logits"><c>[batch, n, vocabulary]</c>.</param>
    /// <param name="labels">int64 <c>[batch, n]</c>, <see cref="TokenBatch.Ignored"/> where nothing counts.</param>
    /// <returns>A scalar, in nats a target.</returns>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels) =>
        functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index: TokenBatch.Ignored);

    /// <summary>
    /// Kullback-Leibler divergence from the student's to the teacher's distribution at a temperature, the paper's
    /// L_KL, times the temperature squared so that gradients keep their size (Hinton et al. 2015).
    /// </summary>
    /// <param name="student">The student's logits, <c>[batch, n, vocabulary]</c>.</param>
    /// <param name="teacher">The teacher's logits, <c>[batch, n, vocabulary]</c>, without gradient.</param>
    /// <param name="labels">int64 <c>[batch, n]</c>; says which positions count.</param>
    /// <param name="temperature">Divides both logits; 2 in the paper.</param>
    /// <returns>A scalar, in nats a target.</returns>
    public static Tensor KlDivergence(Tensor student, Tensor teacher, Tensor labels, double temperature)
    {
        // Only the positions that count are computed at all: padding can then leave no trace, whatever its logits.
        var counted = labels.flatten().ne(TokenBatch.Ignored).nonzero().squeeze(1);
        var studentLog = (student.flatten(0, 1).index_select(0, counted) / temperature).log_softmax(-1);
        var teacherLog = (teacher.flatten(0, 1).index_select(0, counted) / temperature).log_softmax(-1);
        var divergence = (teacherLog.exp() * (teacherLog - studentLog)).sum(-1);
        return divergence.mean() * (temperature * temperature);
    }
}
