using System.Numerics;
using System.Runtime.InteropServices;

namespace DistilWhisperLab.Audio.Acoustics;

/// <summary>Filtering with a finite impulse response, by spectra of overlapping blocks (overlap-add).</summary>
public static class Convolution
{
    private const int SmallestTransform = 1024;

    /// <summary>Convolves a signal with a response and keeps the signal's length.</summary>
    /// <param name="dry">The signal, [samples].</param>
    /// <param name="response">The impulse response, at least one sample.</param>
    /// <param name="delay">Samples of the whole convolution left out at its start, below the response's length.</param>
    /// <returns>Samples [delay, delay + dry.Length) of the whole convolution.</returns>
    /// <exception cref="ArgumentException">The response is empty or not longer than the delay.</exception>
    public static float[] Convolve(ReadOnlySpan<float> dry, ReadOnlySpan<float> response, int delay = 0)
    {
        if (delay < 0 || delay >= response.Length)
        {
            throw new ArgumentException("The response must be longer than the delay.", nameof(response));
        }

        var result = new float[dry.Length];
        var whole = (int)BitOperations.RoundUpToPowerOf2((uint)(dry.Length + response.Length));
        var size = Math.Min(whole, (int)BitOperations.RoundUpToPowerOf2((uint)(4 * response.Length)));
        var fft = Fft.Of(Math.Max(size, SmallestTransform));
        var block = fft.Size - response.Length + 1;
        float[] filterReal = new float[fft.Size], filterImaginary = new float[fft.Size];
        float[] real = new float[fft.Size], imaginary = new float[fft.Size];
        response.CopyTo(filterReal);
        fft.Forward(filterReal, filterImaginary);
        Level.Scale(filterReal, 1.0 / fft.Size);
        Level.Scale(filterImaginary, 1.0 / fft.Size);

        // The response is real, so one complex transform filters two blocks: one as real part, one as imaginary part.
        for (var start = 0; start < dry.Length; start += 2 * block)
        {
            Load(dry, start, block, real);
            Load(dry, start + block, block, imaginary);
            fft.Forward(real, imaginary);
            Multiply(real, imaginary, filterReal, filterImaginary);
            fft.Inverse(real, imaginary);
            Add(real, result, start - delay);
            Add(imaginary, result, start + block - delay);
        }

        return result;
    }

    private static void Load(ReadOnlySpan<float> dry, int start, int block, Span<float> target)
    {
        var part = start < dry.Length ? dry.Slice(start, Math.Min(block, dry.Length - start)) : default;
        part.CopyTo(target);
        target[part.Length..].Clear();
    }

    private static void Add(ReadOnlySpan<float> part, Span<float> result, int at)
    {
        for (var i = Math.Max(0, -at); i < Math.Min(part.Length, result.Length - at); i++)
        {
            result[at + i] += part[i];
        }
    }

    /// <summary>Multiplies complex numbers by others, in place; transforms are whole vectors long.</summary>
    private static void Multiply(Span<float> real, Span<float> imaginary, Span<float> otherReal, Span<float> otherImaginary)
    {
        var x = MemoryMarshal.Cast<float, Vector<float>>(real);
        var y = MemoryMarshal.Cast<float, Vector<float>>(imaginary);
        var v = MemoryMarshal.Cast<float, Vector<float>>(otherReal);
        var w = MemoryMarshal.Cast<float, Vector<float>>(otherImaginary);
        for (var i = 0; i < x.Length; i++)
        {
            (x[i], y[i]) = (x[i] * v[i] - y[i] * w[i], x[i] * w[i] + y[i] * v[i]);
        }
    }
}
