namespace DistilWhisperLab.Training;

/// <summary>Cheap changes to training audio and features, each decided by the random numbers it is given.</summary>
internal static class SpeechAugmentation
{
    /// <summary>
    /// Writes audio faster or slower, and by as much higher or lower, by Catmull-Rom interpolation.
    /// </summary>
    /// <param name="samples">16-bit samples.</param>
    /// <param name="speed">Above 1 for faster; 1 changes nothing.</param>
    /// <param name="gain">Factor of the amplitude.</param>
    /// <param name="target">Receives samples in [-gain, gain] from its beginning; what it cannot hold is cut.</param>
    public static void Write(ReadOnlySpan<short> samples, double speed, double gain, Span<float> target)
    {
        var scale = (float)(gain / short.MaxValue);
        var count = Math.Min(Length(samples.Length, speed), target.Length);
        if (speed == 1)
        {
            for (var i = 0; i < count; i++)
            {
                target[i] = samples[i] * scale;
            }

            return;
        }

        var last = samples.Length - 1;
        for (var i = 0; i < count; i++)
        {
            var place = i * speed;
            var at = (int)place;
            var t = (float)(place - at);
            float a = samples[Math.Max(at - 1, 0)], b = samples[at], c = samples[Math.Min(at + 1, last)], d = samples[Math.Min(at + 2, last)];
            target[i] = scale * (b + 0.5f * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))));
        }
    }

    /// <summary>Samples that remain at a speed.</summary>
    public static int Length(int samples, double speed) => (int)(samples / speed);

    /// <summary>
    /// Sets a band of frequencies and two stretches of time to the features' middle (SpecAugment, Park et al. 2019,
    /// lightly).
    /// </summary>
    /// <param name="features">One window's features, <c>[mels, frames]</c>.</param>
    /// <param name="frames">Frames of it.</param>
    /// <param name="random">Decides where.</param>
    public static void Mask(Span<float> features, int frames, Random random)
    {
        const int widestBand = 12, longestStretch = 20;
        var mels = features.Length / frames;
        var band = random.Next(Math.Min(widestBand, mels / 4) + 1);
        features.Slice(random.Next(mels - band + 1) * frames, band * frames).Clear();
        for (var stretch = 0; stretch < 2; stretch++)
        {
            var length = random.Next(Math.Min(longestStretch, frames / 8) + 1);
            var from = random.Next(frames - length + 1);
            for (var mel = 0; mel < mels; mel++)
            {
                features.Slice(mel * frames + from, length).Clear();
            }
        }
    }
}
