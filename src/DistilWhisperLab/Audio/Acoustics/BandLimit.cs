namespace DistilWhisperLab.Audio.Acoustics;

/// <summary>A linear-phase band-pass: windowed-sinc with a Blackman window, so what lies outside is 74 dB down.</summary>
public static class BandLimit
{
    private const int HalfTaps = 511;

    /// <summary>Keeps what lies between two frequencies; nothing is delayed.</summary>
    /// <param name="samples">[samples].</param>
    /// <param name="low">Lower edge in Hz, 6 dB down; 0 makes a low-pass.</param>
    /// <param name="high">Upper edge in Hz, 6 dB down; half the rate or more makes a high-pass.</param>
    /// <param name="sampleRate">In Hz; at 16 kHz each edge is some 90 Hz wide.</param>
    /// <exception cref="ArgumentOutOfRangeException">The edges are not 0 &lt;= low &lt; high.</exception>
    public static float[] Filter(ReadOnlySpan<float> samples, double low, double high, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(low);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(high, low);
        return Convolution.Convolve(samples, Kernel(low / sampleRate, Math.Min(high / sampleRate, 0.5)), HalfTaps);
    }

    /// <summary>The response between two frequencies in cycles a sample: the difference of two low-passes.</summary>
    private static float[] Kernel(double low, double high)
    {
        var kernel = new float[2 * HalfTaps + 1];
        for (var tap = -HalfTaps; tap <= HalfTaps; tap++)
        {
            var angle = Math.PI * tap / (HalfTaps + 1);
            var window = 0.42 + 0.5 * Math.Cos(angle) + 0.08 * Math.Cos(2 * angle);
            kernel[HalfTaps + tap] = (float)(window * (LowPass(high, tap) - LowPass(low, tap)));
        }

        return kernel;
    }

    private static double LowPass(double edge, int tap) =>
        tap == 0 ? 2 * edge : Math.Sin(2 * Math.PI * edge * tap) / (Math.PI * tap);
}
