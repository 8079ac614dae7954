namespace DistilWhisperLab.Audio;

/// <summary>
/// Slaney's mel filter bank, as <c>librosa.filters.mel(sr, n_fft, n_mels)</c> makes it: linear below 1 kHz,
/// logarithmic above, triangles of equal area.
/// </summary>
internal static class MelFilters
{
    private const double HertzPerMel = 200.0 / 3;
    private const double LogarithmicFromHertz = 1000;
    private const double LogarithmicFromMel = LogarithmicFromHertz / HertzPerMel;
    private static readonly double LogStep = Math.Log(6.4) / 27;

    /// <summary>The weights of every filter on every frequency of the spectrum, row by row.</summary>
    /// <returns>[melBins, fftSize / 2 + 1]</returns>
    public static float[] Create(int melBins, int fftSize, int sampleRate)
    {
        var highest = MelFromHertz(sampleRate / 2.0);
        var edges = Enumerable.Range(0, melBins + 2)
            .Select(i => HertzFromMel(highest * i / (melBins + 1)))
            .ToArray();
        var frequencies = fftSize / 2 + 1;
        var weights = new float[melBins * frequencies];
        for (var mel = 0; mel < melBins; mel++)
        {
            var (left, centre, right) = (edges[mel], edges[mel + 1], edges[mel + 2]);
            var height = 2 / (right - left); // an area of one, in hertz
            for (var bin = 0; bin < frequencies; bin++)
            {
                var hertz = (double)bin * sampleRate / fftSize;
                var triangle = Math.Min((hertz - left) / (centre - left), (right - hertz) / (right - centre));
                weights[mel * frequencies + bin] = (float)(Math.Max(0, triangle) * height);
            }
        }

        return weights;
    }

    private static double MelFromHertz(double hertz) => hertz < LogarithmicFromHertz
        ? hertz / HertzPerMel
        : LogarithmicFromMel + Math.Log(hertz / LogarithmicFromHertz) / LogStep;

    private static double HertzFromMel(double mel) => mel < LogarithmicFromMel
        ? mel * HertzPerMel
        : LogarithmicFromHertz * Math.Exp(LogStep * (mel - LogarithmicFromMel));
}
