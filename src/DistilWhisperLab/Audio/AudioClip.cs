namespace DistilWhisperLab.Audio;

/// <summary>Mono audio in memory.</summary>
/// <param name="Samples">The samples, each in [-1, 1].</param>
/// <param name="SampleRate">Samples per second.</param>
public sealed record AudioClip(float[] Samples, int SampleRate)
{
    /// <summary>The length in seconds.</summary>
    public double Duration => (double)Samples.Length / SampleRate;

    /// <summary>
    /// Copies <paramref name="durationSeconds"/> seconds from <paramref name="startSeconds"/> on, both rounded to
    /// samples; what lies outside the clip is left out, so the result may be shorter, or empty.
    /// </summary>
    public AudioClip Slice(double startSeconds, double durationSeconds)
    {
        // The end is rounded by itself, so that adjacent slices meet without a gap or an overlap.
        var start = SampleAt(startSeconds);
        var end = Math.Max(start, SampleAt(startSeconds + durationSeconds));
        return this with { Samples = Samples[start..end] };
    }

    private int SampleAt(double seconds) => (int)Math.Clamp(Math.Round(seconds * SampleRate), 0, Samples.Length);
}
