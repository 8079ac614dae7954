using System.Runtime.InteropServices;
using DistilWhisperLab.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace DistilWhisperLab.Audio;

/// <summary>
/// Whisper's input features, equal to <c>log_mel_spectrogram</c> of openai-whisper: a short-time Fourier transform
/// (periodic Hann window of 25 ms every 10 ms, reflected at both ends), its power through Slaney's mel filters, the
/// decimal logarithm no more than 8 below the loudest cell, and a scaling to about [-1, 1].
/// </summary>
public sealed class LogMelSpectrogram : IDisposable
{
    /// <summary>Samples per second of the audio that Whisper hears.</summary>
    public const int SampleRate = 16000;

    /// <summary>Samples in one window of the Fourier transform: 25 ms.</summary>
    public const int FftSize = 400;

    /// <summary>Samples from one frame to the next: 10 ms.</summary>
    public const int HopLength = 160;

    /// <summary>Frames in one second.</summary>
    public const int FramesPerSecond = SampleRate / HopLength;

    private const int HalfWindow = FftSize / 2;

    // Held for good: see KeptScalars.
    private static readonly Scalar Quietest = 1e-10, BelowLoudest = -8, Four = 4;

    // Spectra are computed this many at a time, so that hours of audio need little memory beyond the result.
    private const int FramesAtOnce = 4096;

    private readonly Tensor _window; // [FftSize]
    private readonly Tensor _filters; // [MelBins, FftSize / 2 + 1]

    /// <summary>Creates the filters.</summary>
    /// <param name="melBins">Frequency bands: 80, or 128 for large-v3 and its successors.</param>
    public LogMelSpectrogram(int melBins = 80)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(melBins);
        MelBins = melBins;
        _window = hann_window(FftSize, periodic: true, dtype: ScalarType.Float32).DetachFromDisposeScope();
        _filters = tensor(MelFilters.Create(melBins, FftSize, SampleRate))
            .reshape(melBins, HalfWindow + 1)
            .DetachFromDisposeScope();
    }

    /// <summary>The number of frequency bands.</summary>
    public int MelBins { get; }

    /// <summary>
    /// The features of one recording, zero-padded or cut to <paramref name="paddedSamples"/> before the transform:
    /// silence is silence to Whisper only as samples, zeros appended to the features would be noise.
    /// </summary>
    /// <param name="samples">Mono audio at <see cref="SampleRate"/>.</param>
    /// <param name="paddedSamples">The length to transform, more than half a window (200 samples).</param>
    /// <param name="device">Where to compute and return; the CPU when null.</param>
    /// <returns>float32 [mels, paddedSamples / 160]</returns>
    public Tensor Compute(ReadOnlySpan<float> samples, int paddedSamples, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(paddedSamples, HalfWindow);
        using var scope = NewDisposeScope();
        var padded = zeros(1, paddedSamples, dtype: ScalarType.Float32);
        samples[..Math.Min(samples.Length, paddedSamples)].CopyTo(MemoryMarshal.Cast<byte, float>(padded.bytes));
        return Compute(padded.to(device ?? CPU)).squeeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>The features of a batch of recordings of one length, on their device.</summary>
    /// <param name="samples">float32 [batch, samples], more than 200 samples, shorter recordings padded with zeros.</param>
    /// <returns>float32 [batch, mels, samples / 160]; the loudest cell is sought in each row for itself.</returns>
    public Tensor Compute(Tensor samples)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(samples.dim(), 2, nameof(samples));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(samples.shape[1], HalfWindow, nameof(samples));
        using var nothingToLearn = no_grad();
        using var scope = NewDisposeScope();
        var (batch, frames) = (samples.shape[0], samples.shape[1] / HopLength);
        var window = _window.to(samples.device);
        var filters = _filters.to(samples.device);
        var features = empty(batch, MelBins, frames, dtype: ScalarType.Float32, device: samples.device);
        var framesAtOnce = Math.Max(1, FramesAtOnce / Math.Max(1, batch));
        for (var start = 0L; start < frames; start += framesAtOnce)
        {
            var count = Math.Min(framesAtOnce, frames - start);
            using var block = NewDisposeScope();
            var mel = filters.matmul(Power(samples, start, count, window));
            features.narrow(2, start, count).copy_(mel.clamp_min_(Quietest).log10_());
        }

        if (frames > 0)
        {
            var floor = features.amax([1, 2], keepdim: true).add_(BelowLoudest, KeptScalars.One);
            features.clamp_(min: floor).add_(Four, KeptScalars.One).div_(Four);
        }

        return features.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _window.Dispose();
        _filters.Dispose();
    }

    /// <summary>
    /// The power spectra of frames <paramref name="start"/> on. Frame i is centred on sample 160 i, so the first and
    /// the last frames reach over the ends of the recording, which is reflected there.
    /// </summary>
    /// <returns>[batch, FftSize / 2 + 1, count]</returns>
    private static Tensor Power(Tensor samples, long start, long count, Tensor window)
    {
        // One sample more than the windows need: a reflection of 200 samples leaves out the sample it turns on.
        var (from, to) = (start * HopLength - HalfWindow, (start + count - 1) * HopLength + HalfWindow + 1);
        var (inside, insideEnd) = (Math.Max(0, from), Math.Min(samples.shape[1], to));
        var part = samples.narrow(1, inside, insideEnd - inside);
        if (from < inside || to > insideEnd)
        {
            part = nn.functional.pad(part, [inside - from, to - insideEnd], mode: PaddingModes.Reflect);
        }

        var spectrum = stft(part, FftSize, HopLength, FftSize, window, center: false, return_complex: true);
        var (real, imaginary) = (spectrum.real, spectrum.imag);
        // Four times as fast as view_as_real, square and sum.
        return (real * real).addcmul_(imaginary, imaginary, KeptScalars.One);
    }
}
