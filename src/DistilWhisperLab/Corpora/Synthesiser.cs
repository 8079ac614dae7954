using DistilWhisperLab.Audio;

namespace DistilWhisperLab.Corpora;

/// <summary>Speaks sentences with espeak-ng and puts them into the specification's acoustics.</summary>
/// <param name="specification">Rates, pitches, noise.</param>
internal sealed class Synthesiser(CorpusSpecification specification)
{
    private const double EdgeSeconds = 0.1;
    private const float SpeechRms = 0.08f;
    private const double GainDecibel = 4;

    /// <summary>One utterance at 16 kHz; all choices come from <paramref name="random"/>.</summary>
    public async Task<AudioClip> SpeakAsync(string text, string voice, Random random, CancellationToken stop)
    {
        var rate = Between(specification.WordsPerMinute, random);
        var pitch = Between(specification.Pitch, random);
        var clip = TrimSilence(await Espeak.SpeakAsync(text, voice, rate, pitch, stop));
        // What is too long is spoken again, faster, so that every sentence keeps its place.
        while (clip.Duration > specification.Longest)
        {
            rate *= 1.05 * clip.Duration / specification.Longest;
            if (rate > Espeak.MaxWordsPerMinute)
            {
                throw new CorpusException($"The voice {voice} cannot say \"{text}\" within {specification.Longest} s; raise \"longest\" in the specification or shorten the sentence.");
            }

            clip = TrimSilence(await Espeak.SpeakAsync(text, voice, rate, pitch, stop));
        }

        var decibel = GainDecibel * (2 * random.NextDouble() - 1);
        var gain = (float)(SpeechRms * Math.Pow(10, decibel / 20) / Rms(clip.Samples));
        var samples = Array.ConvertAll(clip.Samples, s => s * gain);
        if (random.NextDouble() < specification.Noise.Share)
        {
            AddNoise(samples, Between(specification.Noise.Snr, random), random);
        }

        return new AudioClip(samples, clip.SampleRate);
    }

    /// <summary>Leaves a tenth of a second before the first and after the last sample that can be heard.</summary>
    internal static AudioClip TrimSilence(AudioClip clip)
    {
        var threshold = clip.Samples.Max(Math.Abs) / 100;
        var edge = (int)(EdgeSeconds * clip.SampleRate);
        var first = Array.FindIndex(clip.Samples, s => Math.Abs(s) > threshold);
        var last = Array.FindLastIndex(clip.Samples, s => Math.Abs(s) > threshold);
        var samples = new float[last + 1 - first + 2 * edge];
        clip.Samples.AsSpan(first, last + 1 - first).CopyTo(samples.AsSpan(edge));
        return new AudioClip(samples, clip.SampleRate);
    }

    /// <summary>
    /// Noise whose power falls with frequency, white through a first-order low pass, at a signal-to-noise ratio in dB
    /// taken from the utterance's own power.
    /// </summary>
    internal static void AddNoise(float[] samples, double snr, Random random)
    {
        var colour = (float)(random.NextDouble() * 0.9);
        var noise = new float[samples.Length];
        var last = 0f;
        for (var i = 0; i < noise.Length; i++)
        {
            last = colour * last + (1 - colour) * (2 * random.NextSingle() - 1);
            noise[i] = last;
        }

        var gain = (float)(Rms(samples) / Rms(noise) * Math.Pow(10, -snr / 20));
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] += gain * noise[i];
        }
    }

    private static double Rms(float[] samples) => Math.Sqrt(samples.Average(s => (double)s * s));

    private static double Between(double[] range, Random random) => range[0] + (range[1] - range[0]) * random.NextDouble();
}
