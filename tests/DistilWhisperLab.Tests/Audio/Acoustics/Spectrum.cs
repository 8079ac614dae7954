namespace DistilWhisperLab.Tests.Audio.Acoustics;

/// <summary>The discrete Fourier transform term by term.</summary>
internal static class Spectrum
{
    /// <summary>The amplitude of a sine of this frequency within the sound.</summary>
    public static double Amplitude(ReadOnlySpan<float> samples, double hertz)
    {
        var (real, imaginary) = (0d, 0d);
        for (var i = 0; i < samples.Length; i++)
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * hertz * i / 16000);
            (real, imaginary) = (real + samples[i] * cosine, imaginary - samples[i] * sine);
        }

        return 2 * Math.Sqrt(real * real + imaginary * imaginary) / samples.Length;
    }

    /// <summary>The mean power density between two frequencies, in dB, from terms spread evenly over the band.</summary>
    public static double Density(float[] samples, double low, double high, int terms = 80) =>
        10 * Math.Log10(Enumerable.Range(0, terms)
            .Average(k => Math.Pow(Amplitude(samples, low + (high - low) * (k + 0.5) / terms), 2)));
}
