namespace DistilWhisperLab.Audio.Acoustics;

/// <summary>Powers and ratios of signals. A power is a mean square; 0 dBFS is the power 1.</summary>
public static class Level
{
    private const int FrameSamples = LogMelSpectrogram.SampleRate / 50;
    private const double ActiveRange = 1e-3;

    /// <summary>A power, or a ratio of powers, in dB; minus infinity for 0.</summary>
    public static double Decibel(double power) => 10 * Math.Log10(power);

    /// <summary>The factor on amplitudes that a gain in dB stands for.</summary>
    public static double Gain(double decibel) => Math.Pow(10, decibel / 20);

    /// <summary>The mean square over all samples; 0 for none.</summary>
    public static double Power(ReadOnlySpan<float> samples)
    {
        var sum = 0d;
        foreach (var sample in samples)
        {
            sum += (double)sample * sample;
        }

        return samples.Length == 0 ? 0 : sum / samples.Length;
    }

    /// <summary>
    /// The power of speech while somebody speaks: the mean over those 20 ms frames that lie within 30 dB of the loudest.
    /// Pauses so do not make an utterance quieter. It is the idea of ITU-T P.56, whose active level also leaves pauses
    /// out, with a threshold taken from the loudest frame in place of P.56's envelope and hangover.
    /// </summary>
    /// <returns>The power; 0 for silence or no samples. A last piece shorter than a frame belongs to the frame before.</returns>
    public static double ActivePower(ReadOnlySpan<float> samples)
    {
        var count = Math.Max(1, samples.Length / FrameSamples);
        var powers = new double[count];
        for (var frame = 0; frame < count; frame++)
        {
            var start = frame * FrameSamples;
            powers[frame] = Power(samples[start..(frame == count - 1 ? samples.Length : start + FrameSamples)]);
        }

        var threshold = powers.Max() * ActiveRange;
        return powers.Where(power => power >= threshold).Average();
    }

    /// <summary>
    /// Adds noise to speech so that the speech's <see cref="ActivePower"/> lies <paramref name="snrDb"/> above the noise's
    /// mean <see cref="Power"/>. Silent speech or silent noise stays as it is. Samples are not limited.
    /// </summary>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    public static void AddAtSnr(Span<float> speech, ReadOnlySpan<float> noise, double snrDb)
    {
        if (speech.Length != noise.Length)
        {
            throw new ArgumentException($"{speech.Length} samples of speech need as many of noise, not {noise.Length}.", nameof(noise));
        }

        if (Power(noise) is > 0 and var power)
        {
            Add(speech, noise, Math.Sqrt(ActivePower(speech) / power) * Gain(-snrDb));
        }
    }

    internal static void Add(Span<float> target, ReadOnlySpan<float> addend, double factor)
    {
        var gain = (float)factor;
        for (var i = 0; i < target.Length; i++)
        {
            target[i] += gain * addend[i];
        }
    }

    internal static void Scale(Span<float> samples, double factor)
    {
        var gain = (float)factor;
        foreach (ref var sample in samples)
        {
            sample *= gain;
        }
    }

    /// <summary>Brings the rms to 1, in place; silence stays silence.</summary>
    internal static float[] Normalised(float[] samples)
    {
        if (Power(samples) is > 0 and var power)
        {
            Scale(samples, 1 / Math.Sqrt(power));
        }

        return samples;
    }
}
