using DistilWhisperLab.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistilWhisperLab.Training;

/// <summary>
/// The terms of the distillation objective (paper §3.2): means over the targets that count, never over padding or the
/// text before. <see cref="TokenBatch.AtTargets"/> picks those.
/// </summary>
public static class Losses
{
    /// <summary>Cross-entropy with the pseudo-labels, the paper's L_PL.</summary>
    /// <param name="logits">The logits at the targets that count, <c>[targets, vocabulary]</c>.</param>
    /// <param name="labels">The targets, int64 <c>[targets]</c>.</param>
    /// <param name="smoothing">The probability spread over the whole vocabulary (Szegedy et al. 2016); the paper has none.</param>
    /// <returns>A scalar, in nats a target.</returns>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels, double smoothing = 0) =>
        functional.cross_entropy(logits, labels, label_smoothing: smoothing);

    /// <summary>
    /// Kullback-Leibler divergence of the teacher's from the student's distribution at a temperature, the paper's
    /// L_KL, times the temperature squared so that gradients keep their size (Hinton et al. 2015).
    /// </summary>
    /// <param name="student">The student's logits at the targets that count, <c>[targets, vocabulary]</c>.</param>
    /// <param name="teacher">The teacher's logits at the same, without gradient.</param>
    /// <param name="temperature">Divides both logits; 2 in the paper.</param>
    /// <returns>A scalar, in nats a target.</returns>
    public static Tensor KlDivergence(Tensor student, Tensor teacher, double temperature)
    {
        using Scalar division = temperature, scale = temperature * temperature / student.shape[0];
        var studentLog = student.div(division).log_softmax(-1);
        var teacherLog = teacher.div(division).log_softmax(-1);
        return functional.kl_div(studentLog, teacherLog, log_target: true, reduction: Reduction.Sum).mul(scale);
    }

    /// <summary>
    /// The mean squared difference between hidden states, summed over the student's layers, the paper's L_MSE.
    /// </summary>
    /// <param name="student">The output of each of the student's blocks at the targets that count, <c>[targets, d_model]</c>.</param>
    /// <param name="teacher">That of each of the teacher's blocks, without gradient.</param>
    /// <returns>A scalar.</returns>
    public static Tensor HiddenStates(IReadOnlyList<Tensor> student, IReadOnlyList<Tensor> teacher) =>
        MatchedLayers(teacher.Count, student.Count)
            .Select((matched, layer) => functional.mse_loss(student[layer], teacher[matched]))
            .Aggregate((sum, term) => sum.Plus(term));

    /// <summary>
    /// The teacher's layer whose output each of the student's is to resemble, the paper's φ: every so many layers, the
    /// last among them. A student of two under a teacher of 32 is matched with the 16th and the 32nd.
    /// </summary>
    /// <returns>Layer numbers from zero.</returns>
    public static IReadOnlyList<int> MatchedLayers(int teacherLayers, int studentLayers) =>
        [.. Enumerable.Range(1, studentLayers).Select(layer => layer * teacherLayers / studentLayers - 1)];
}
