using System.Collections.Concurrent;
using System.Numerics;

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
            var (cosine, sine) = (_cosine.AsSpan(half, half), _sine.AsSpan(half, half));
            for (var start = 0; start < Size; start += 2 * half)
            {
                var (a, b) = (real.Slice(start, half), real.Slice(start + half, half));
                var (c, d) = (imaginary.Slice(start, half), imaginary.Slice(start + half, half));
                var k = 0;
                for (; k <= half - Vector<float>.Count; k += Vector<float>.Count)
                {
                    var (x, y) = (new Vector<float>(a[k..]) - new Vector<float>(b[k..]), new Vector<float>(c[k..]) - new Vector<float>(d[k..]));
                    var (w, v) = (new Vector<float>(cosine[k..]), new Vector<float>(sine[k..]));
                    (new Vector<float>(a[k..]) + new Vector<float>(b[k..])).CopyTo(a[k..]);
                    (new Vector<float>(c[k..]) + new Vector<float>(d[k..])).CopyTo(c[k..]);
                    (x * w - y * v).CopyTo(b[k..]);
                    (x * v + y * w).CopyTo(d[k..]);
                }

                for (; k < half; k++)
                {
                    var (x, y, w, v) = (a[k] - b[k], c[k] - d[k], cosine[k], sine[k]);
                    (a[k], c[k]) = (a[k] + b[k], c[k] + d[k]);
                    (b[k], d[k]) = (x * w - y * v, x * v + y * w);
                }
            }
        }
    }

    /// <summary>Spectrum to time: decimation in time, without the division by the size.</summary>
    public void Inverse(Span<float> real, Span<float> imaginary)
    {
        for (var half = 1; half < Size; half *= 2)
        {
            var (cosine, sine) = (_cosine.AsSpan(half, half), _sine.AsSpan(half, half));
            for (var start = 0; start < Size; start += 2 * half)
            {
                var (a, b) = (real.Slice(start, half), real.Slice(start + half, half));
                var (c, d) = (imaginary.Slice(start, half), imaginary.Slice(start + half, half));
                var k = 0;
                for (; k <= half - Vector<float>.Count; k += Vector<float>.Count)
                {
                    var (w, v) = (new Vector<float>(cosine[k..]), new Vector<float>(sine[k..]));
                    var (p, q) = (new Vector<float>(b[k..]), new Vector<float>(d[k..]));
                    var (x, y) = (p * w + q * v, q * w - p * v);
                    var (r, s) = (new Vector<float>(a[k..]), new Vector<float>(c[k..]));
                    (r + x).CopyTo(a[k..]);
                    (s + y).CopyTo(c[k..]);
                    (r - x).CopyTo(b[k..]);
                    (s - y).CopyTo(d[k..]);
                }

                for (; k < half; k++)
                {
                    var (x, y) = (b[k] * cosine[k] + d[k] * sine[k], d[k] * cosine[k] - b[k] * sine[k]);
                    (b[k], d[k]) = (a[k] - x, c[k] - y);
                    (a[k], c[k]) = (a[k] + x, c[k] + y);
                }
            }
        }
    }
}
