using System.Buffers;
using System.Runtime.InteropServices;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Audio.Acoustics;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace DistilWhisperLab.Training;

/// <summary>
/// Makes the teacher's batches. Batch n is a function of settings, examples and n alone, so that a resumed run sees
/// what it would have seen. For one thread at a time.
/// </summary>
public sealed class TeacherBatches : IDisposable
{
    private readonly TeacherSettings _settings;
    private readonly WhisperTokenizer _tokenizer;
    private readonly TeacherWindowPlanner _planner;
    private readonly BackgroundSound _background;
    private readonly int _positions;
    private readonly int[] _short;
    private readonly BatchOrder? _shortOrder;
    private readonly BatchOrder _order;
    private readonly LogMelSpectrogram _logMel;

    /// <summary>Puts the examples in order.</summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="config">The model's dimensions.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="examples">The training utterances, none longer than the window.</param>
    /// <exception cref="LabException">There are fewer examples than a batch needs.</exception>
    public TeacherBatches(
        TeacherSettings settings, WhisperConfig config, WhisperTokenizer tokenizer, IReadOnlyList<SpeechExample> examples)
    {
        (_settings, _tokenizer, _positions) = (settings, tokenizer, config.MaxTargetPositions);
        _planner = new TeacherWindowPlanner(settings, config, examples);
        _background = new BackgroundSound(examples);
        double Length(int i) => examples[i].Samples.Length;
        var all = Enumerable.Range(0, examples.Count).ToArray();
        _short = [.. all.Where(i => Length(i) <= settings.CtcSeconds * LogMelSpectrogram.SampleRate)];
        if (settings.CtcUpdates > 0 && _short.Length < settings.CtcBatch)
        {
            throw new LabException($"{_short.Length} utterances last {settings.CtcSeconds:0.#} s at most, fewer than the {settings.CtcBatch} of a batch while only the encoder is trained; give more data, or train without the CTC loss (--ctc-updates 0).");
        }

        _shortOrder = settings.CtcUpdates == 0 ? null : new BatchOrder([.. _short.Select(Length)], settings.CtcBatch, settings.Seed);
        _order = new BatchOrder([.. all.Select(Length)], settings.Batch, settings.Seed + 1);
        _logMel = new LogMelSpectrogram(config.MelBins);
    }

    /// <summary>The batch of an update.</summary>
    public TeacherBatch Make(int update)
    {
        var random = Seeds.Random(_settings.Seed, update);
        var phase = _settings.PhaseAt(update);
        var (windows, samples) = phase switch
        {
            TeacherPhase.Encoder => _planner.Cropped([.. _shortOrder!.At(update).Select(i => _short[i])], random),
            TeacherPhase.Single => _planner.Single(_order.At(update), random),
            _ => _planner.Joined(_order.At(update), random),
        };
        using var scope = NewDisposeScope();
        var audio = zeros(windows.Count, samples);
        var floats = MemoryMarshal.Cast<byte, float>(audio.bytes);
        for (var row = 0; row < windows.Count; row++)
        {
            Hear(windows[row], floats.Slice(row * samples, samples), noisy: phase != TeacherPhase.Encoder, random);
        }

        var features = _logMel.Compute(audio);
        if (phase != TeacherPhase.Encoder)
        {
            Mask(features, random);
        }

        return TeacherBatch.Create(windows, features, _tokenizer, samples, _positions, encoderOnly: phase == TeacherPhase.Encoder);
    }

    /// <summary>Frees the feature extraction.</summary>
    public void Dispose() => _logMel.Dispose();

    private void Hear(TeacherWindow window, Span<float> samples, bool noisy, Random random)
    {
        var gain = Level.Gain(12 * (random.NextDouble() - 0.5));
        var heard = 0;
        foreach (var speech in window.Heard)
        {
            Write(speech, gain, samples[speech.From..]);
            heard += Math.Min(speech.Length, samples.Length - speech.From);
        }

        if (noisy)
        {
            // Measured before the pauses are filled: the ratio is one to the speech.
            var power = heard == 0 ? 0 : TensorPrimitives.SumOfSquares<float>(samples) / heard;
            _background.FillPauses(samples, window.Heard.Select(speech => (speech.From, speech.To)), random);
            if (power > 0 && random.NextDouble() < _settings.NoiseShare)
            {
                _background.AddBeside(samples, power, random);
            }
        }
    }

    private static void Write(PlacedSpeech speech, double gain, Span<float> target)
    {
        var length = speech.Example.Samples.Length;
        var samples = ArrayPool<short>.Shared.Rent(length);
        speech.Example.Samples.Read(samples.AsSpan(0, length));
        SpeechAugmentation.Write(samples.AsSpan(0, length), speech.Speed, gain, target);
        ArrayPool<short>.Shared.Return(samples);
    }

    private void Mask(Tensor features, Random random)
    {
        var (mels, frames) = ((int)features.shape[1], (int)features.shape[2]);
        var floats = MemoryMarshal.Cast<byte, float>(features.bytes);
        for (var row = 0; row < features.shape[0]; row++)
        {
            if (random.NextDouble() < _settings.MaskShare)
            {
                SpeechAugmentation.Mask(floats.Slice(row * mels * frames, mels * frames), frames, random);
            }
        }
    }
}
