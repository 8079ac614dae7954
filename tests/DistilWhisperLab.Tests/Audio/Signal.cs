namespace DistilWhisperLab.Tests.Audio;

/// <summary>Sounds to test with, and what can be measured on them.</summary>
internal static class Signal
{
    /// <summary>A sine.</summary>
    public static float[] Tone(double hertz, int sampleRate, double seconds, double amplitude = 0.5) =>
        [.. Enumerable.Range(0, (int)(seconds * sampleRate))
            .Select(i => (float)(amplitude * Math.Sin(2 * Math.PI * hertz * i / sampleRate)))];

    /// <summary>Something like speech: a few harmonics that swell, fall and glide, then a pause, again and again.</summary>
    public static float[] Babble(int sampleRate, double seconds) =>
        [.. Enumerable.Range(0, (int)(seconds * sampleRate)).Select(i =>
        {
            var t = (double)i / sampleRate;
            var loudness = Math.Max(0, Math.Sin(2 * Math.PI * 2.3 * t));
            return (float)(0.2 * loudness * Enumerable.Range(1, 8)
                .Sum(k => Math.Sin(2 * Math.PI * k * (170 * t + 2 * Math.Sin(3 * t))) / k));
        })];

    /// <summary>Root of the mean square.</summary>
    public static double Rms(ReadOnlySpan<float> samples)
    {
        var sum = 0.0;
        foreach (var sample in samples)
        {
            sum += (double)sample * sample;
        }

        return Math.Sqrt(sum / Math.Max(1, samples.Length));
    }

    /// <summary>How alike two recordings are as they stand, without shifting: 1 for equal ones, whatever their loudness.</summary>
    public static double Likeness(float[] first, float[] second)
    {
        var (product, a, b) = (0.0, 0.0, 0.0);
        for (var i = 0; i < Math.Min(first.Length, second.Length); i++)
        {
            product += (double)first[i] * second[i];
            a += (double)first[i] * first[i];
            b += (double)second[i] * second[i];
        }

        return product / Math.Sqrt(a * b);
    }
}
