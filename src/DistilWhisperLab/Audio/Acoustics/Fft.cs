using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DistilWhisperLab.Audio.Acoustics;

/// <summary>
/// The fast Fourier transform of a power of two of complex numbers, in place. The spectrum lies in bit-reversed order:
/// products of spectra do not care, and neither direction needs to sort. A vector's lanes are computed as single
/// numbers would be, so the result does not depend on the processor's width.
/// </summary>
internal sealed class Fft
{
    private static readonly ConcurrentDictionary<int, Fft> Known = new();

    // The factors exp(-πik/half) of the stage with `half` butterflies a group lie at [half, 2 half).
    private readonly float[] _cosine;
    private readonly float[] _sine;

    private Fft(int size)
    {
        Size = size;
        (_cosine, _sine) = (new float[size], new float[size]);
        for (var half = 1; half < size; half *= 2)
        {
            for (var k = 0; k < half; k++)
            {
                var (sine, cosine) = Math.SinCos(-Math.PI * k / half);
                (_cosine[half + k], _sine[half + k]) = ((float)cosine, (float)sine);
            }
        }
    }

    /// <summary>The number of complex numbers.</summary>
    public int Size { get; }

    /// <summary>The transform of a size, which must be a power of two.</summary>
    public static Fft Of(int size) => Known.GetOrAdd(size, s => new Fft(s));

    /// <summary>Time to spectrum: decimation in frequency.</summary>
    public void Forward(Span<float> real, Span<float> imaginary)
    {
        for (var half = Size / 2; half >= 1; half /= 2)
        {
            if (half < Vector<float>.Count)
            {
                ForwardNarrow(real[..Size], imaginary[..Size], half);
                continue;
            }

            var cosine = Vectors(_cosine, half, half);
            var sine = Vectors(_sine, half, half);
            for (var start = 0; start < Size; start += 2 * half)
            {
                var a = Vectors(real, start, half);
                var b = Vectors(real, start + half, half);
                var c = Vectors(imaginary, start, half);
                var d = Vectors(imaginary, start + half, half);
                for (var k = 0; k < a.Length; k++)
                {
                    var (x, y, w, v) = (a[k] - b[k], c[k] - d[k], cosine[k], sine[k]);
                    a[k] += b[k];
                    c[k] += d[k];
                    b[k] = x * w - y * v;
                    d[k] = x * v + y * w;
                }
            }
        }
    }

    /// <summary>Spectrum to time: decimation in time, without the division by the size.</summary>
    public void Inverse(Span<float> real, Span<float> imaginary)
    {
        for (var half = 1; half < Size; half *= 2)
        {
            if (half < Vector<float>.Count)
            {
                InverseNarrow(real[..Size], imaginary[..Size], half);
                continue;
            }

            var cosine = Vectors(_cosine, half, half);
            var sine = Vectors(_sine, half, half);
            for (var start = 0; start < Size; start += 2 * half)
            {
                var a = Vectors(real, start, half);
                var b = Vectors(real, start + half, half);
                var c = Vectors(imaginary, start, half);
                var d = Vectors(imaginary, start + half, half);
                for (var k = 0; k < a.Length; k++)
                {
                    var (x, y) = (b[k] * cosine[k] + d[k] * sine[k], d[k] * cosine[k] - b[k] * sine[k]);
                    b[k] = a[k] - x;
                    d[k] = c[k] - y;
                    a[k] += x;
                    c[k] += y;
                }
            }
        }
    }

    private void ForwardNarrow(Span<float> real, Span<float> imaginary, int half)
    {
        for (var start = 0; start < real.Length; start += 2 * half)
        {
            for (var (k, i, j) = (half, start, start + half); k < 2 * half; k++, i++, j++)
            {
                var (x, y, w, v) = (real[i] - real[j], imaginary[i] - imaginary[j], _cosine[k], _sine[k]);
                real[i] += real[j];
                imaginary[i] += imaginary[j];
                real[j] = x * w - y * v;
                imaginary[j] = x * v + y * w;
            }
        }
    }

    private void InverseNarrow(Span<float> real, Span<float> imaginary, int half)
    {
        for (var start = 0; start < real.Length; start += 2 * half)
        {
            for (var (k, i, j) = (half, start, start + half); k < 2 * half; k++, i++, j++)
            {
                var (x, y) = (real[j] * _cosine[k] + imaginary[j] * _sine[k], imaginary[j] * _cosine[k] - real[j] * _sine[k]);
                real[j] = real[i] - x;
                imaginary[j] = imaginary[i] - y;
                real[i] += x;
                imaginary[i] += y;
            }
        }
    }

    private static Span<Vector<float>> Vectors(Span<float> values, int start, int count) =>
        MemoryMarshal.Cast<float, Vector<float>>(values.Slice(start, count));
}
