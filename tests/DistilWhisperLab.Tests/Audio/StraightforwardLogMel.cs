namespace DistilWhisperLab.Tests.Audio;

/// <summary>
/// The log-mel spectrogram by its definition, in double precision: every frame's Fourier sums written out, every mel
/// weight from the formula in the text books. Slow, and shares nothing with the library.
/// </summary>
internal static class StraightforwardLogMel
{
    private const int Window = 400;
    private const int Hop = 160;

    /// <returns>[mels][frames], of all whole hops</returns>
    public static double[][] Compute(double[] samples, int mels)
    {
        var frames = samples.Length / Hop;
        var spectra = new double[frames][];
        for (var t = 0; t < frames; t++)
        {
            spectra[t] = PowerSpectrum(samples, t * Hop);
        }

        var loudest = double.NegativeInfinity;
        var result = new double[mels][];
        for (var m = 0; m < mels; m++)
        {
            result[m] = new double[frames];
            for (var t = 0; t < frames; t++)
            {
                var energy = 0.0;
                for (var k = 0; k <= Window / 2; k++)
                {
                    energy += MelWeight(m, mels, k * 16000.0 / Window) * spectra[t][k];
                }

                result[m][t] = Math.Log10(Math.Max(energy, 1e-10));
                loudest = Math.Max(loudest, result[m][t]);
            }
        }

        foreach (var row in result)
        {
            for (var t = 0; t < frames; t++)
            {
                row[t] = (Math.Max(row[t], loudest - 8) + 4) / 4;
            }
        }

        return result;
    }

    private static double[] PowerSpectrum(double[] samples, int centre)
    {
        var frame = new double[Window];
        for (var n = 0; n < Window; n++)
        {
            var at = Math.Abs(centre - Window / 2 + n);
            at = at >= samples.Length ? 2 * (samples.Length - 1) - at : at;
            var hann = 0.5 - 0.5 * Math.Cos(2 * Math.PI * n / Window);
            frame[n] = samples[at] * hann;
        }

        var power = new double[Window / 2 + 1];
        for (var k = 0; k < power.Length; k++)
        {
            var (real, imaginary) = (0.0, 0.0);
            for (var n = 0; n < Window; n++)
            {
                var (sin, cos) = Turns[k * n % Window];
                real += frame[n] * cos;
                imaginary -= frame[n] * sin;
            }

            power[k] = real * real + imaginary * imaginary;
        }

        return power;
    }

    private static readonly (double Sin, double Cos)[] Turns =
        [.. Enumerable.Range(0, Window).Select(i => Math.SinCos(2 * Math.PI * i / Window))];

    private static double MelWeight(int mel, int mels, double hertz)
    {
        double Edge(int i) => Hertz(Mel(8000) * i / (mels + 1));
        var (low, peak, high) = (Edge(mel), Edge(mel + 1), Edge(mel + 2));
        var slope = hertz <= peak ? (hertz - low) / (peak - low) : (high - hertz) / (high - peak);
        return hertz <= low || hertz >= high ? 0 : slope * 2 / (high - low);
    }

    private static double Mel(double hertz) => hertz < 1000 ? hertz * 3 / 200 : 15 + 27 * Math.Log(hertz / 1000, 6.4);

    private static double Hertz(double mel) => mel < 15 ? mel * 200 / 3 : 1000 * Math.Pow(6.4, (mel - 15) / 27);
}
