using Concentus;

namespace DistilWhisperLab.Audio;

/// <summary>
/// Converts the rate of one channel, block by block, with the windowed-sinc filter of Speex at its highest quality:
/// flat to 94 % of the lower half rate, and what lies above that rate is 120 dB down, so nothing folds back.
/// </summary>
internal sealed class Resampler
{
    private const int HighestQuality = 10;

    private readonly IResampler _resampler;
    private readonly int _sourceRate;
    private readonly int _targetRate;
    private long _taken;
    private long _given;

    /// <summary>Creates a resampler between two rates, in samples per second.</summary>
    public Resampler(int sourceRate, int targetRate)
    {
        (_sourceRate, _targetRate) = (sourceRate, targetRate);
        _resampler = ResamplerFactory.CreateResampler(1, sourceRate, targetRate, HighestQuality);
        _resampler.SkipZeroes(); // the filter's delay: the first sample out stands for the first one in
    }

    /// <summary>Converts a block; the result lags behind by half the filter's length.</summary>
    public void Process(Span<float> samples, SampleBuffer result)
    {
        _taken += samples.Length;
        Push(samples, result);
    }

    /// <summary>Gives what is still in the filter, so that as much time has come out as went in.</summary>
    public void Finish(SampleBuffer result)
    {
        var silence = new float[1024];
        while (_given < Due)
        {
            Push(silence, result);
        }
    }

    private long Due => (_taken * _targetRate + _sourceRate / 2) / _sourceRate;

    private void Push(Span<float> samples, SampleBuffer result)
    {
        Span<float> block = stackalloc float[2048];
        while (samples.Length > 0)
        {
            var (read, written) = (samples.Length, block.Length);
            _resampler.Process(0, samples, ref read, block, ref written);
            samples = samples[read..];
            var due = (int)Math.Min(written, Due - _given);
            _given += due;
            result.Add(block[..due]);
        }
    }
}
