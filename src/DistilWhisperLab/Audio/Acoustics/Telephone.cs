using System.Numerics;

namespace DistilWhisperLab.Audio.Acoustics;

/// <summary>
/// A telephone line: 300 to 3400 Hz at 8 kHz, eight bits a sample in the µ-law of ITU-T G.711. With so few levels, another
/// machine's arithmetic, different in a last bit, now and then gives a sample the next one.
/// </summary>
public static class Telephone
{
    internal const double Low = 300;
    internal const double High = 3400;

    private const int Bias = 132;
    private const int Largest = 32635; // with the bias, the last magnitude of the last segment

    /// <summary>Sends samples at 16 kHz through the line.</summary>
    /// <param name="samples">[samples] at 16 kHz; beyond [-1, 1] the line clips.</param>
    /// <returns>[samples] at 16 kHz, not delayed.</returns>
    public static float[] Transmit(ReadOnlySpan<float> samples)
    {
        var line = BandLimit.Filter(samples, Low, High, LogMelSpectrogram.SampleRate);
        for (var i = 0; i < line.Length; i++)
        {
            // Every second sample is the 8 kHz signal; zeros between, at twice the gain, bring it up again.
            line[i] = i % 2 == 0 ? 2 * Companded(line[i]) : 0;
        }

        return BandLimit.Filter(line, 0, LogMelSpectrogram.SampleRate / 4, LogMelSpectrogram.SampleRate);
    }

    /// <summary>The µ-law octet of a 16-bit sample (G.711's 14-bit values times four).</summary>
    public static byte Encode(short sample)
    {
        var magnitude = Math.Min(Math.Abs((int)sample), Largest) + Bias;
        var segment = BitOperations.Log2((uint)magnitude) - 7;
        var step = (magnitude >> (segment + 3)) & 0xF;
        return (byte)~((sample < 0 ? 0x80 : 0) | (segment << 4) | step);
    }

    /// <summary>The 16-bit sample that a µ-law octet stands for.</summary>
    public static short Decode(byte octet)
    {
        var bits = ~octet;
        var magnitude = ((((bits & 0xF) << 3) + Bias) << ((bits >> 4) & 7)) - Bias;
        return (short)((bits & 0x80) != 0 ? -magnitude : magnitude);
    }

    private static float Companded(float sample) =>
        Decode(Encode((short)Math.Clamp(MathF.Round(sample * 32768), short.MinValue, short.MaxValue))) / 32768f;
}
