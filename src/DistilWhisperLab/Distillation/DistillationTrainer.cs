using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DistilWhisperLab.Distillation;

/// <summary>
/// Trains a student on its teacher's pseudo-labels and distributions (paper §3.2): the loss of an update is
/// <c>α_PL · L_PL + α_KL · L_KL + α_MSE · L_MSE</c>. Which utterances an update sees, and in which form, follows from the
/// seed and the update's number alone.
/// </summary>
public sealed class DistillationTrainer : IDisposable
{
    private readonly WhisperModel _student;
    private readonly TeacherCache _cache;
    private readonly DistillationSettings _settings;
    private readonly bool _sharesEncoder;
    private readonly IReadOnlyList<int> _examples;
    private readonly BatchOrder _order;
    private readonly LearningRate _learningRate;
    private readonly AdamW _optimiser;
    private readonly Bfloat16Copy? _copy;
    private readonly TrainingState? _state;

    /// <summary>Prepares a run, or goes on with the one that <paramref name="statePath"/> holds.</summary>
    /// <param name="student">The model to train; what is frozen of it says <see cref="Student.Freeze"/>.</param>
    /// <param name="cache">The teacher and the training set.</param>
    /// <param name="settings">Objective and schedule.</param>
    /// <param name="statePath">Where the state is kept; null for a run that is not saved.</param>
    /// <param name="identity">What besides the settings decides the result: another is another run.</param>
    /// <param name="examples">The utterances of the cache's set that are trained on; null for all.</param>
    /// <exception cref="LabException">
    /// There are fewer utterances than an update needs, student and teacher do not fit together, or the state is another run's.
    /// </exception>
    public DistillationTrainer(
        WhisperModel student,
        TeacherCache cache,
        DistillationSettings settings,
        string? statePath = null,
        string identity = "",
        IReadOnlyList<int>? examples = null)
    {
        settings.Check();
        var (learns, teaches) = (student.Config, cache.Teacher.Model.Config);
        if (learns.VocabularySize != teaches.VocabularySize)
        {
            throw new LabException($"The student has a vocabulary of {learns.VocabularySize} tokens, its teacher one of {teaches.VocabularySize}; a student learns from a teacher of its own vocabulary.");
        }

        (_student, _cache, _settings) = (student, cache, settings);
        _sharesEncoder = cache.SharesEncoder(student);
        _examples = examples ?? [.. Enumerable.Range(0, cache.Set.Count)];
        var lengths = _examples.Select(i => (double)cache.Set.Label(i).Sequence.Count);
        _order = new BatchOrder([.. lengths], settings.Batch * settings.Accumulation, settings.Seed);
        _learningRate = new LearningRate(
            settings.PeakLearningRate, settings.Warmup, settings.Updates, settings.ConstantLearningRate);
        _optimiser = new AdamW(student.named_parameters(), weightDecay: settings.WeightDecay);
        _copy = settings.Bfloat16 ? new Bfloat16Copy(student) : null;
        if (statePath is not null)
        {
            _state = new TrainingState(statePath, identity, TrainedWeights(student), _optimiser);
            Update = _state.Resume();
        }
    }

    /// <summary>Updates made so far, in earlier sittings too.</summary>
    public int Update { get; private set; }

    /// <summary>What the run has found besides; saved with its state.</summary>
    public IDictionary<string, double> Notes => _state?.Notes ?? throw new InvalidOperationException("The run has no state.");

    /// <summary>The tensors of a student that training changes, by name.</summary>
    public static IReadOnlyDictionary<string, Tensor> TrainedWeights(WhisperModel student) =>
        student.named_parameters().Where(p => p.parameter.requires_grad).ToDictionary(p => "model." + p.name, p => (Tensor)p.parameter);

    /// <summary>The terms of one update's loss, in nats a target token; NaN for a term of weight 0.</summary>
    /// <param name="Update">Its number, from zero.</param>
    /// <param name="PseudoLabel">L_PL.</param>
    /// <param name="Kl">L_KL, times the temperature squared.</param>
    /// <param name="Mse">L_MSE.</param>
    /// <param name="Loss">Their weighted sum.</param>
    /// <param name="GradientNorm">The norm of the gradient before clipping.</param>
    /// <param name="LearningRate">The learning rate.</param>
    public sealed record Step(
        int Update, double PseudoLabel, double Kl, double Mse, double Loss, double GradientNorm, double LearningRate);

    /// <summary>Makes all updates that are left, one each time the next step is asked for.</summary>
    /// <exception cref="TrainingDivergedException">The loss is no number any more.</exception>
    public IEnumerable<Step> Train()
    {
        _cache.Fill(_student);
        while (Update < _settings.Updates)
        {
            yield return Next();
        }
    }

    /// <summary>Makes the next update.</summary>
    /// <exception cref="TrainingDivergedException">The loss is no number any more; the student is as it was before this update.</exception>
    public Step Next()
    {
        using var scope = NewDisposeScope();
        var (terms, norm) = Gradients();
        var rate = _learningRate.At(Update);
        _optimiser.Step(rate);
        double Term(double weight, int index) => weight > 0 ? terms[index] : double.NaN;
        return new Step(
            Update++,
            Term(_settings.PseudoLabelWeight, 0),
            Term(_settings.KlWeight, 1),
            Term(_settings.MseWeight, 2),
            Weighted(terms),
            norm,
            rate);
    }

    /// <summary>
    /// How far the loss of the next update lies, relatively, from that with teacher and encoder run live: what rounding
    /// in the cache does.
    /// </summary>
    /// <returns>A share of that loss: 0.01 is one percent.</returns>
    public double CacheDifference()
    {
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        using var live = new TeacherCache(_cache.Teacher, _cache.Set, CacheBudget.None);
        var rows = Rows();
        return Math.Abs(Weighted(Terms(rows, _cache)) / Weighted(Terms(rows, live)) - 1);
    }

    /// <summary>
    /// Saves the state, so that the same settings and path go on from here. Whether an update spoilt the weights shows in
    /// the next one only, so that is computed first.
    /// </summary>
    /// <exception cref="TrainingDivergedException">Its loss is no number; nothing is saved, and the state saved before stays.</exception>
    public void Save()
    {
        if (_state is null)
        {
            return;
        }

        using (NewDisposeScope())
        {
            Gradients();
        }

        _state.Save();
    }

    /// <summary>Frees the optimiser.</summary>
    public void Dispose()
    {
        _optimiser.Dispose();
        _copy?.Dispose();
    }

    /// <summary>The loss's terms of the next update, and its gradient, clipped, with its norm before that.</summary>
    private (double[] Terms, double Norm) Gradients()
    {
        var rows = Rows();
        _optimiser.ZeroGradients();
        _copy?.TakeWeights();
        var terms = Terms(rows, _cache, weighted =>
        {
            weighted.backward();
            _copy?.GiveGradients();
        });
        var loss = Weighted(terms);
        var norm = _optimiser.ClipGradients(_settings.MaxGradientNorm);
        if (!double.IsFinite(norm) || !double.IsFinite(loss))
        {
            var ids = string.Join(", ", rows.Take(3).Select(r => _cache.Set.Utterance(r.Example).Id));
            throw new TrainingDivergedException($"The loss of update {Update} is {loss}, its gradient's norm {norm} (utterances {ids}, …); give a lower peak_learning_rate and another output folder, or look at these utterances.");
        }

        return (terms, norm);
    }

    /// <summary>The utterances of the update, and the form in which each is learned.</summary>
    private List<(int Example, LabelVariant Variant)> Rows()
    {
        // Two numbers, since the order of the data draws from the seed and one.
        var random = Seeds.Random(_settings.Seed, Update, 1);
        return [.. _order.At(Update).Select(place =>
        {
            var example = _examples[place];
            // Both drawn whatever comes of it, so that a changed probability leaves the other's choices alone.
            var (timestamps, previous) = (random.NextDouble(), random.NextDouble());
            var wanted = (timestamps < _settings.TimestampProbability ? LabelVariant.Timestamps : 0)
                | (previous < _settings.PreviousTextProbability ? LabelVariant.PreviousText : 0);
            return (example, _cache.Set.Available(example, wanted));
        })];
    }

    private double Weighted(double[] terms) =>
        _settings.PseudoLabelWeight * terms[0] + _settings.KlWeight * terms[1] + _settings.MseWeight * terms[2];

    /// <summary>The loss's terms over an update's batches.</summary>
    /// <param name="rows">Every batch's.</param>
    /// <param name="cache">Answers for the teacher.</param>
    /// <param name="each">Is given each batch's share of the loss; null where only the numbers are wanted.</param>
    private double[] Terms(List<(int Example, LabelVariant Variant)> rows, TeacherCache cache, Action<Tensor>? each = null)
    {
        var sequences = rows.ConvertAll(row => cache.Set.Sequence(row.Example, row.Variant));
        var targets = sequences.Sum(s => s.Tokens.Count - 1 - s.Prompt);
        var terms = new double[3];
        for (var from = 0; from < rows.Count; from += _settings.Batch)
        {
            using var batch = NewDisposeScope();
            var part = sequences.GetRange(from, _settings.Batch);
            using var tokens = new TokenBatch(
                [.. part.Select(s => s.Tokens)], cache.Teacher.Tokenizer.EndOfText, _student.Device, [.. part.Select(s => s.Prompt)]);
            // Weighted by its targets, so that the sum over batches is the mean over all of the update's.
            var loss = Loss(rows.GetRange(from, _settings.Batch), tokens, cache, (double)tokens.Count / targets, terms);
            each?.Invoke(loss);
        }

        return terms;
    }

    /// <summary>A batch's share of the loss; its terms are added to <paramref name="terms"/>.</summary>
    private Tensor Loss(
        List<(int Example, LabelVariant Variant)> rows, TokenBatch tokens, TeacherCache cache, double share, double[] terms)
    {
        var model = _copy?.Model ?? _student;
        var type = _copy is null ? ScalarType.Float32 : ScalarType.BFloat16;
        var examples = rows.ConvertAll(r => r.Example);
        var shared = _sharesEncoder ? cache.States(examples) : null;
        var states = shared?.to(type) ?? model.Encoder.forward(cache.Features(examples).to(type));
        var outputs = _settings.MseWeight > 0 ? new List<Tensor>() : null;
        // Sums over the vocabulary need float32 whatever the products were computed in.
        var logits = model.Decoder.Logits(tokens.AtTargets(model.Decoder.forward(tokens.Inputs, states, outputs))).to(ScalarType.Float32);

        var losses = new List<Tensor>();
        Term(0, _settings.PseudoLabelWeight, () => Losses.CrossEntropy(logits, tokens.Targets, _settings.LabelSmoothing));
        Term(1, _settings.KlWeight, () => Losses.KlDivergence(logits, cache.Logits(rows, tokens, shared), _settings.Temperature));
        Term(2, _settings.MseWeight, () => Losses.HiddenStates(
            [.. outputs!.Select(output => tokens.AtTargets(output).to(ScalarType.Float32))], cache.LayerOutputs(examples, tokens, shared)));
        return losses.Aggregate((sum, loss) => sum.Plus(loss));

        void Term(int index, double weight, Func<Tensor> compute)
        {
            if (weight > 0)
            {
                using Scalar factor = weight * share;
                var loss = compute();
                terms[index] += loss.item<float>() * share;
                losses.Add(loss.mul(factor));
            }
        }
    }
}
