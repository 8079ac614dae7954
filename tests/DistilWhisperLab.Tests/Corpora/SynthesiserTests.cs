using CsCheck;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Corpora;

namespace DistilWhisperLab.Tests.Corpora;

public class SynthesiserTests
{
    [Fact]
    public void A_tenth_of_a_second_of_silence_is_left_at_both_ends()
    {
        var samples = new float[32000];
        samples.AsSpan(5000, 8000).Fill(0.5f);

        var trimmed = Synthesiser.TrimSilence(new AudioClip(samples, 16000)).Samples;

        Assert.Equal(1600 + 8000 + 1600, trimmed.Length);
        Assert.All(trimmed[..1600], s => Assert.Equal(0, s));
        Assert.All(trimmed[1600..^1600], s => Assert.Equal(0.5f, s));
        Assert.All(trimmed[^1600..], s => Assert.Equal(0, s));
    }

    [Fact]
    public void Speech_that_begins_at_once_gets_its_silence_too()
    {
        var trimmed = Synthesiser.TrimSilence(new AudioClip([0.5f, 0.5f], 16000)).Samples;

        Assert.Equal(3202, trimmed.Length);
        Assert.Equal((0.5f, 0.5f), (trimmed[1600], trimmed[1601]));
    }

    [Fact]
    public void Noise_has_the_wanted_power_below_the_signals_own() =>
        Gen.Select(Gen.Double[0.01, 0.5], Gen.Double[0, 40], Gen.Int).Sample(
            (level, snr, seed) =>
            {
                var signal = TemporaryCorpus.Steps((float)level).Samples;
                var noisy = (float[])signal.Clone();
                Synthesiser.AddNoise(noisy, snr, new Random(seed));
                var noise = noisy.Zip(signal, (n, s) => n - s).Average(d => (double)d * d);
                var measured = 10 * Math.Log10(signal.Average(s => (double)s * s) / noise);
                return Math.Abs(measured - snr) < 0.05;
            },
            iter: 50);
}
