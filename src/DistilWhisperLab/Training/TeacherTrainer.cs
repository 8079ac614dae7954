using System.Globalization;
using System.Text.Json;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistilWhisperLab.Training;

/// <summary>
/// Trains the lab's Whisper: first the encoder alone with a CTC loss over letters, then the whole model, at first on
/// single utterances. Every window is made anew in each epoch, on another thread (<see cref="TeacherBatches"/>).
/// </summary>
public sealed class TeacherTrainer : IDisposable
{
    private const double MaxGradientNorm = 1;

    private readonly TeacherSettings _settings;
    private readonly TeacherBatches _batches;
    private readonly Prefetch<TeacherBatch> _prefetch;
    private readonly Linear? _ctcHead;
    private readonly Scalar _ctcWeight;
    private readonly AdamW _optimiser;
    private readonly TrainingState _state;
    private readonly string _statePath;
    private int? _saved;
    private Found? _next; // set while the parameters hold the next update's gradients

    /// <summary>Starts with the settings' model, or goes on with the run that <paramref name="statePath"/> holds.</summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="tokenizer">The tokenizer, whose window must be the settings'.</param>
    /// <param name="examples">The training utterances, none longer than the window.</param>
    /// <param name="statePath">Where the state is kept.</param>
    /// <param name="data">What the examples are, as a hash for example: another text is another run.</param>
    /// <exception cref="LabException">There are too few examples, or the state is another run's.</exception>
    public TeacherTrainer(TeacherSettings settings, WhisperTokenizer tokenizer, IReadOnlyList<SpeechExample> examples, string statePath, string data = "")
    {
        (_settings, _statePath) = (settings, statePath);
        Model = settings.StartModel(tokenizer);
        Model.train();
        _batches = new TeacherBatches(settings, Model.Config, tokenizer, examples);
        if (settings.CtcUpdates > 0)
        {
            manual_seed(settings.Seed);
            _ctcHead = Linear(Model.Config.Width, CtcAlphabet.Size);
        }

        _ctcWeight = settings.CtcWeight;
        var head = _ctcHead?.named_parameters().Select(p => (Name: "ctc." + p.name, p.parameter)) ?? [];
        _optimiser = new AdamW([.. Model.named_parameters().Select(p => ("model." + p.name, p.parameter)), .. head]);
        var weights = Model.NamedTensors().Concat(head.Select(p => KeyValuePair.Create(p.Name, (Tensor)p.parameter)));
        _state = new TrainingState(statePath, Identity(settings, data), weights.ToDictionary(), _optimiser);
        Update = _state.Resume();
        _saved = File.Exists(statePath) ? Update : null;
        // One more than there are updates: saving behind the last one computes the next.
        _prefetch = new Prefetch<TeacherBatch>(_batches.Make, Update, settings.Updates + 1);
    }

    /// <summary>The model in training.</summary>
    public WhisperModel Model { get; }

    /// <summary>Updates made so far, in earlier sittings too.</summary>
    public int Update { get; private set; }

    /// <summary>What one update found.</summary>
    /// <param name="Update">Its number, from zero.</param>
    /// <param name="Ctc">The CTC loss in nats a letter; NaN where it is not used.</param>
    /// <param name="CrossEntropy">The decoder's loss in nats a token; NaN while only the encoder is trained.</param>
    /// <param name="GradientNorm">The norm of the gradient before clipping.</param>
    /// <param name="LearningRate">Its learning rate.</param>
    public sealed record Step(int Update, double Ctc, double CrossEntropy, double GradientNorm, double LearningRate);

    /// <summary>Makes the next update.</summary>
    /// <exception cref="LabException">The loss is no number any more; the model is as it was before this update.</exception>
    public Step Next()
    {
        var found = _next ?? Gradients();
        _next = null;
        var rate = _settings.LearningRateAt(Update);
        _optimiser.Step(rate);
        return new Step(Update++, found.Ctc, found.CrossEntropy, found.GradientNorm, rate);
    }

    /// <summary>
    /// Saves the state, so that the same settings and folder go on from here. Whether an update spoilt the weights shows in
    /// the next one only, so that its gradients, which that one will need anyway, are computed first.
    /// </summary>
    /// <exception cref="LabException">They are no numbers; nothing is saved, and the state saved before stays.</exception>
    public void Save()
    {
        _next ??= Gradients();
        _state.Save();
        _saved = Update;
    }

    /// <summary>Frees model and optimiser.</summary>
    public void Dispose()
    {
        _prefetch.Dispose();
        _batches.Dispose();
        Model.Dispose();
        _ctcHead?.Dispose();
        _ctcWeight.Dispose();
        _optimiser.Dispose();
    }

    private readonly record struct Found(double Ctc, double CrossEntropy, double GradientNorm);

    /// <summary>All that decides the run's result. Where the model that it starts from lies is no part of it.</summary>
    private static string Identity(TeacherSettings settings, string data) => JsonSerializer.Serialize(new
    {
        Settings = settings with { From = settings.From is null ? null : ContentHash.Model(settings.From) },
        Data = data,
        TeacherRun.Recipe,
    });

    /// <summary>The next update's losses; its gradients, clipped, are in the parameters.</summary>
    private Found Gradients()
    {
        using var batch = _prefetch.Take();
        using var scope = NewDisposeScope();
        var states = Model.Encoder.forward(batch.Features);
        var ctc = _settings.CtcAt(Update) ? Ctc(states, batch) : null;
        var crossEntropy = batch.Tokens is null ? null : CrossEntropy(states, batch.Tokens);
        var loss = crossEntropy is null ? ctc! : ctc is null ? crossEntropy : crossEntropy.add(ctc, _ctcWeight);

        _optimiser.ZeroGradients();
        loss.backward();
        var norm = _optimiser.ClipGradients(MaxGradientNorm);
        if (!double.IsFinite(norm) || !float.IsFinite(loss.item<float>()))
        {
            throw Diverged();
        }

        return new Found(ctc?.item<float>() ?? double.NaN, crossEntropy?.item<float>() ?? double.NaN, norm);
    }

    private LabException Diverged()
    {
        var run = Path.GetDirectoryName(Path.GetFullPath(_statePath));
        // A state of the encoder alone is no start for a stage, whose encoder has no CTC loss to go on with.
        var advice = _saved > _settings.CtcUpdates
            ? $"the state after update {_saved}, from before, is kept: make a model of it with lab teacher export --run {run} --out MODEL, and train on with --from MODEL, another output folder and a --learning-rate below"
            : $"{(_saved is null ? "no state was saved yet: start anew" : $"the state after update {_saved} knows no decoder yet: start anew in another output folder")} with a --learning-rate below";
        return new LabException(string.Create(
            CultureInfo.InvariantCulture, $"The loss or the gradient of update {Update} is no finite number; {advice} {_settings.PeakLearningRate}."));
    }

    private Tensor Ctc(Tensor states, TeacherBatch batch)
    {
        var logProbabilities = _ctcHead!.forward(states).log_softmax(-1).transpose(0, 1);
        // The default reduction divides by the target's length, then by the batch: nats a letter.
        return functional.ctc_loss(
            logProbabilities, batch.Letters, batch.Positions, batch.LetterCounts, blank: CtcAlphabet.Blank, zero_infinity: true);
    }

    private Tensor CrossEntropy(Tensor states, TokenBatch tokens) => Losses.CrossEntropy(
        Model.Decoder.Logits(tokens.AtTargets(Model.Decoder.forward(tokens.Inputs, states))), tokens.Targets);
}
