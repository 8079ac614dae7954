using DistilWhisperLab.Audio;
using DistilWhisperLab.Audio.Acoustics;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Evaluation;

/// <summary>A model's errors under noise of one strength: a point of Figure 2.</summary>
/// <param name="Snr">Signal to noise in dB.</param>
/// <param name="Wer">The word error rate.</param>
public sealed record NoiseRobustness(double Snr, WordErrorRate Wer)
{
    private const int Batch = 16;

    /// <summary>From 40 dB, hardly audible, to −10 dB, noise of ten times the speech's power (Figure 2's range).</summary>
    public static IReadOnlyList<double> Figure2 { get; } = [40, 30, 20, 10, 0, -10];

    /// <summary>Transcribes a test set at each signal-to-noise ratio.</summary>
    /// <param name="model">The model.</param>
    /// <param name="corpus">Utterances no longer than its window.</param>
    /// <param name="noise">Makes a number of samples of noise at 16 kHz, of any strength, from random numbers: <see cref="Noise.White"/>, <see cref="Pub"/>.</param>
    /// <param name="snrs">The ratios in dB; null for <see cref="Figure2"/>.</param>
    /// <param name="seed">Seeds the noise: an utterance meets the same noise at every ratio and with every model.</param>
    /// <param name="progress">Told of the utterances done; null for none.</param>
    public static IReadOnlyList<NoiseRobustness> Of(
        Transcriber model,
        Corpus corpus,
        Func<int, Random, float[]> noise,
        IReadOnlyList<double>? snrs = null,
        int seed = 1,
        IProgress<Progress>? progress = null)
    {
        snrs ??= Figure2;
        var references = corpus.Utterances.Select(u => u.Text).ToList();
        var written = snrs.Select(_ => new List<string>()).ToArray();
        foreach (var items in corpus.Utterances.Index().Chunk(Batch))
        {
            // Decoding the audio and making the noise cost more than mixing, so they serve all ratios.
            var clips = items.Select(item => corpus.Audio(item.Item)).ToList();
            var noises = items.Zip(clips, (item, clip) => noise(clip.Samples.Length, Seeds.Random(seed, item.Index))).ToList();
            foreach (var (i, snr) in snrs.Index())
            {
                var noisy = clips.Zip(noises, (clip, sound) => Mix(clip, sound, snr)).ToList();
                written[i].AddRange(model.Transcribe(noisy, batch: Batch).Select(result => result.Text));
            }

            progress?.Report(new Progress("Transcribing in noise", written[0].Count, references.Count));
        }

        return [.. snrs.Zip(written, (snr, texts) => new NoiseRobustness(snr, WordErrorRate.Of(references, texts)))];
    }

    /// <summary>A noise for <see cref="Of"/>: a pub, in which the voices of a corpus talk all at once.</summary>
    /// <param name="voices">Whose utterances make the babble; some dozens are enough, from another split than the one transcribed.</param>
    public static Func<int, Random, float[]> Pub(Corpus voices)
    {
        var talk = voices.Stream().Select(item => item.Clip.Samples).ToList();
        return (samples, random) => Noise.Pub(talk, samples, random);
    }

    private static AudioClip Mix(AudioClip clip, float[] noise, double snr)
    {
        var samples = (float[])clip.Samples.Clone();
        Level.AddAtSnr(samples, noise, snr);
        return clip with { Samples = samples };
    }
}
