using System.Runtime.InteropServices;
using System.Text.Json;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistilWhisperLab.Training;

/// <summary>
/// Trains the lab's Whisper from scratch: first the encoder alone with a CTC loss, then the whole model. Every window
/// is made anew in each epoch: the utterance lies at a random place, louder or softer.
/// </summary>
public sealed class TeacherTrainer : IDisposable
{
    private const double MaxGradientNorm = 1;

    private readonly TeacherSettings _settings;
    private readonly WhisperTokenizer _tokenizer;
    private readonly IReadOnlyList<SpeechExample> _examples;
    private readonly BatchOrder _ctcOrder;
    private readonly BatchOrder _order;
    private readonly LearningRate _learningRate;
    private readonly LogMelSpectrogram _logMel;
    private readonly Linear _ctcHead;
    private readonly AdamW _optimiser;
    private readonly TrainingState _state;

    /// <summary>Initialises the model from the settings' seed, or goes on with the run that <paramref name="statePath"/> holds.</summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="tokenizer">The tokenizer, whose window must be the settings'.</param>
    /// <param name="examples">The training utterances, none longer than the window.</param>
    /// <param name="statePath">Where the state is kept.</param>
    public TeacherTrainer(TeacherSettings settings, WhisperTokenizer tokenizer, IReadOnlyList<SpeechExample> examples, string statePath)
    {
        (_settings, _tokenizer, _examples) = (settings, tokenizer, examples);
        var lengths = examples.Select(e => (double)e.Samples.Length).ToArray();
        _ctcOrder = new BatchOrder(lengths, settings.CtcBatch, settings.Seed);
        _order = new BatchOrder(lengths, settings.Batch, settings.Seed + 1);
        _learningRate = new LearningRate(settings.PeakLearningRate, settings.Warmup, settings.Updates);

        manual_seed(settings.Seed);
        Model = new WhisperModel(settings.Model(tokenizer));
        _logMel = new LogMelSpectrogram(Model.Config.MelBins);
        _ctcHead = Linear(Model.Config.Width, settings.Pieces + 1);
        var head = _ctcHead.named_parameters().Select(p => (Name: "ctc." + p.name, p.parameter));
        _optimiser = new AdamW([.. Model.named_parameters().Select(p => ("model." + p.name, p.parameter)), .. head]);
        var weights = Model.NamedTensors().Concat(head.Select(p => KeyValuePair.Create(p.Name, (Tensor)p.parameter)));
        _state = new TrainingState(statePath, JsonSerializer.Serialize(settings), weights.ToDictionary(), _optimiser);
        Update = _state.Resume();
    }

    /// <summary>The model in training.</summary>
    public WhisperModel Model { get; }

    /// <summary>Updates made so far, in earlier sittings too.</summary>
    public int Update { get; private set; }

    /// <summary>What one update found.</summary>
    /// <param name="Update">Its number, from zero.</param>
    /// <param name="Ctc">The CTC loss in nats an utterance's token; NaN where it is not used.</param>
    /// <param name="CrossEntropy">The decoder's loss in nats a token; NaN while only the encoder is trained.</param>
    public sealed record Step(int Update, double Ctc, double CrossEntropy);

    /// <summary>Makes the next update.</summary>
    /// <exception cref="LabException">The loss is no number any more.</exception>
    public Step Next()
    {
        var encoderOnly = Update < _settings.CtcUpdates;
        var withCtc = Update < _settings.CtcUntil * _settings.Updates;
        var batch = (encoderOnly ? _ctcOrder : _order).At(Update).Select(i => _examples[i]).ToList();
        var random = Seeds.Random(_settings.Seed, Update);

        using var scope = NewDisposeScope();
        var (audio, offsets) = Windows(batch, encoderOnly, random);
        var states = Model.Encoder.forward(_logMel.Compute(audio));
        var ctc = withCtc ? Ctc(states, batch, encoderOnly) : null;
        var crossEntropy = encoderOnly ? null : CrossEntropy(states, batch, offsets, random);
        var loss = crossEntropy is null ? ctc! : ctc is null ? crossEntropy : crossEntropy + _settings.CtcWeight * ctc;

        _optimiser.ZeroGradients();
        loss.backward();
        var norm = _optimiser.ClipGradients(MaxGradientNorm);
        if (!double.IsFinite(norm))
        {
            throw new LabException($"The gradient of update {Update} is not finite; lower the learning rate. The last state that was saved is good.");
        }

        _optimiser.Step(_learningRate.At(Update));
        return new Step(Update++, ctc?.item<float>() ?? double.NaN, crossEntropy?.item<float>() ?? double.NaN);
    }

    /// <summary>Saves the state, so that the same settings and folder go on from here.</summary>
    public void Save() => _state.Save();

    /// <summary>Frees model and optimiser.</summary>
    public void Dispose()
    {
        Model.Dispose();
        _ctcHead.Dispose();
        _optimiser.Dispose();
        _logMel.Dispose();
    }

    /// <summary>The batch's audio, <c>[batch, samples]</c>, and where in it each utterance begins, in samples.</summary>
    private (Tensor Audio, int[] Offsets) Windows(List<SpeechExample> batch, bool cropped, Random random)
    {
        const int stride = 2 * LogMelSpectrogram.HopLength; // One encoder position.
        var samples = cropped
            ? (batch.Max(e => e.Samples.Length) + stride - 1) / stride * stride
            : Model.Config.WindowSamples;
        var audio = zeros(batch.Count, samples);
        var floats = MemoryMarshal.Cast<byte, float>(audio.bytes);
        var offsets = new int[batch.Count];
        for (var row = 0; row < batch.Count; row++)
        {
            var free = Math.Max(0, samples - batch[row].Samples.Length);
            // Half of the windows begin with the utterance, as a first window does.
            offsets[row] = !cropped && random.Next(2) == 0 ? random.Next(free + 1) / stride * stride : 0;
            var gain = (float)Math.Pow(10, (random.NextDouble() - 0.5) * 12 / 20);
            batch[row].AddTo(floats.Slice(row * samples, samples), offsets[row], gain);
        }

        return (audio, offsets);
    }

    private Tensor Ctc(Tensor states, List<SpeechExample> batch, bool cropped)
    {
        var logProbabilities = _ctcHead.forward(states).log_softmax(-1).transpose(0, 1);
        var positions = states.shape[1];
        var inputLengths = tensor(batch.Select(e => cropped
            ? Math.Min(positions, e.Samples.Length / (2L * LogMelSpectrogram.HopLength))
            : positions).ToArray());
        var targets = tensor(batch.SelectMany(e => e.Tokens.Select(t => (long)t)).ToArray());
        var targetLengths = tensor(batch.Select(e => (long)e.Tokens.Count).ToArray());
        // The default reduction divides by the target's length, then by the batch: nats a token.
        return functional.ctc_loss(logProbabilities, targets, inputLengths, targetLengths, blank: _settings.Pieces, zero_infinity: true);
    }

    private Tensor CrossEntropy(Tensor states, List<SpeechExample> batch, int[] offsets, Random random)
    {
        var sequences = batch.Select((e, row) => Sequence(e, offsets[row], random.NextDouble() < _settings.TimestampProbability));
        using var tokens = new TokenBatch([.. sequences], _tokenizer.EndOfText, Model.Device);
        var logits = Model.Decoder.Logits(Model.Decoder.forward(tokens.Inputs, states));
        return Losses.CrossEntropy(logits, tokens.Labels);
    }

    private List<int> Sequence(SpeechExample example, int offset, bool timestamps)
    {
        double Seconds(int samples) => (double)samples / LogMelSpectrogram.SampleRate;
        var end = Math.Min(Seconds(offset + example.Samples.Length), _settings.WindowSeconds);
        return timestamps
            ? [_tokenizer.StartOfTranscript, _tokenizer.Timestamp(Seconds(offset)), .. example.Tokens, _tokenizer.Timestamp(end), _tokenizer.EndOfText]
            : [_tokenizer.StartOfTranscript, _tokenizer.NoTimestamps, .. example.Tokens, _tokenizer.EndOfText];
    }
}
