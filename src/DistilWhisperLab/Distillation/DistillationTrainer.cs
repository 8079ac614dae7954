using DistilWhisperLab.Models;
using DistilWhisperLab.Training;
using static TorchSharp.torch;

namespace DistilWhisperLab.Distillation;

/// <summary>
/// Trains a student's decoder on its teacher's pseudo-labels and distributions (paper §3.2): the loss of an update is
/// <c>α_PL · L_PL + α_KL · L_KL</c>. The encoder is frozen and shared, so the states come from
/// <see cref="EncodedUtterances"/>.
/// </summary>
public sealed class DistillationTrainer : IDisposable
{
    private const double MaxGradientNorm = 1;

    private readonly WhisperModel _teacher;
    private readonly WhisperModel _student;
    private readonly EncodedUtterances _encoded;
    private readonly IReadOnlyList<IReadOnlyList<int>> _pseudoLabels;
    private readonly int _padding;
    private readonly DistillationSettings _settings;
    private readonly BatchOrder _order;
    private readonly LearningRate _learningRate;
    private readonly AdamW _optimiser;

    /// <summary>Prepares a run.</summary>
    /// <param name="teacher">Gives the distributions of L_KL; left as it is.</param>
    /// <param name="student">The model to train; its encoder must be the teacher's.</param>
    /// <param name="encoded">The encoder's states of the training set.</param>
    /// <param name="pseudoLabels">For each utterance the whole sequence, from the start token to the end token.</param>
    /// <param name="padding">A token to fill rows with, commonly the end token.</param>
    /// <param name="settings">Objective and schedule.</param>
    /// <exception cref="LabException">There are fewer utterances than one batch needs.</exception>
    public DistillationTrainer(
        WhisperModel teacher,
        WhisperModel student,
        EncodedUtterances encoded,
        IReadOnlyList<IReadOnlyList<int>> pseudoLabels,
        int padding,
        DistillationSettings settings)
    {
        if (encoded.Count != pseudoLabels.Count)
        {
            throw new ArgumentException($"{encoded.Count} encoded utterances, but {pseudoLabels.Count} pseudo-labels.", nameof(pseudoLabels));
        }

        (_teacher, _student, _encoded, _pseudoLabels, _padding, _settings) =
            (teacher, student, encoded, pseudoLabels, padding, settings);
        _order = new BatchOrder([.. pseudoLabels.Select(l => (double)l.Count)], settings.Batch, settings.Seed);
        _learningRate = new LearningRate(settings.PeakLearningRate, settings.Warmup, settings.Updates);
        _optimiser = new AdamW(student.named_parameters());
    }

    /// <summary>The terms of one update's loss, in nats a target token.</summary>
    /// <param name="Update">Its number, from zero.</param>
    /// <param name="PseudoLabel">L_PL.</param>
    /// <param name="Kl">L_KL, times the temperature squared.</param>
    /// <param name="GradientNorm">The norm of the gradient before clipping.</param>
    public sealed record Step(int Update, double PseudoLabel, double Kl, double GradientNorm);

    /// <summary>Makes all updates, one each time the next step is asked for.</summary>
    /// <exception cref="LabException">The loss is no number any more.</exception>
    public IEnumerable<Step> Train()
    {
        _student.train();
        for (var update = 0; update < _settings.Updates; update++)
        {
            yield return Next(update);
        }

        _student.eval();
    }

    /// <summary>Frees the optimiser.</summary>
    public void Dispose() => _optimiser.Dispose();

    private Step Next(int update)
    {
        using var scope = NewDisposeScope();
        var utterances = _order.At(update);
        using var tokens = new TokenBatch([.. utterances.Select(i => _pseudoLabels[i])], _padding, _student.Device);
        var states = _encoded.States(utterances);

        var logits = _student.Decoder.Logits(tokens.AtTargets(_student.Decoder.forward(tokens.Inputs, states)));
        var pseudoLabel = Losses.CrossEntropy(logits, tokens.Targets);
        var kl = Losses.KlDivergence(logits, TeacherLogits(tokens, states), _settings.Temperature);
        var loss = _settings.PseudoLabelWeight * pseudoLabel + _settings.KlWeight * kl;

        _optimiser.ZeroGradients();
        loss.backward();
        var norm = _optimiser.ClipGradients(MaxGradientNorm);
        if (!double.IsFinite(norm))
        {
            throw new LabException($"The gradient of update {update} is not finite; lower the learning rate or look at the data of that update.");
        }

        _optimiser.Step(_learningRate.At(update));
        return new Step(update, pseudoLabel.item<float>(), kl.item<float>(), norm);
    }

    private Tensor TeacherLogits(TokenBatch tokens, Tensor states)
    {
        using var withoutGradient = no_grad();
        return _teacher.Decoder.Logits(tokens.AtTargets(_teacher.Decoder.forward(tokens.Inputs, states)));
    }
}
