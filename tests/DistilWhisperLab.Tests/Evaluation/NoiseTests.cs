using DistilWhisperLab.Audio;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Evaluation;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Tests.Corpora;

namespace DistilWhisperLab.Tests.Evaluation;

public class NoiseTests
{
    [Theory]
    [InlineData(40)]
    [InlineData(0)]
    [InlineData(-10)]
    public void The_noise_has_the_power_that_makes_the_ratio(double snr)
    {
        var clip = TemporaryCorpus.Steps(0.2f, 0.6f);
        var noisy = NoiseRobustness.Mix(clip, White(clip.Samples.Length, Seeds.Random(1)), snr);
        var noise = noisy.Samples.Zip(clip.Samples, (n, s) => n - s).Average(n => (double)n * n);
        var signal = clip.Samples.Average(s => (double)s * s);
        Assert.Equal(snr, 10 * Math.Log10(signal / noise), 0.01);
    }

    [Fact]
    public void Silence_gets_no_noise_and_no_noise_changes_nothing()
    {
        var silence = new AudioClip(new float[100], 16000);
        Assert.All(NoiseRobustness.Mix(silence, White(100, Seeds.Random(1)), 0).Samples, s => Assert.Equal(0, s));
        Assert.Equal(TemporaryCorpus.Steps(0.5f).Samples, NoiseRobustness.Mix(TemporaryCorpus.Steps(0.5f), new float[16000], 0).Samples);
    }

    [Fact]
    public void A_model_hears_worse_the_louder_the_noise_and_nothing_depends_on_the_other_ratios()
    {
        using var teacher = Transcriber.Load(Path.Combine(LabPaths.Data, "teacher"), stop: TestContext.Current.CancellationToken);
        var corpus = Corpus.Shipped("test").Take(6);
        var points = NoiseRobustness.Of(teacher, corpus, White, [40, -10]);
        Assert.Equal([40, -10], points.Select(point => point.Snr));
        Assert.True(points[1].Wer.Rate > points[0].Wer.Rate + 20, $"{points[0].Wer.Rate} and {points[1].Wer.Rate} %");
        Assert.Equal(points[1].Wer.Rate, NoiseRobustness.Of(teacher, corpus, White, [-10])[0].Wer.Rate);
    }

    [Fact]
    public void Text_written_without_speech_is_counted_by_sound()
    {
        using var teacher = Transcriber.Load(Path.Combine(LabPaths.Data, "teacher"), stop: TestContext.Current.CancellationToken);
        var clips = new Dictionary<string, IReadOnlyList<AudioClip>>
        {
            ["silence"] = [new AudioClip(new float[16000], 16000)],
            ["white"] = [.. Enumerable.Range(0, 3).Select(i => new AudioClip(White(32000, Seeds.Random(i)), 16000))],
        };
        var sounds = SpeechlessWindows.Of(teacher, clips);
        Assert.Equal([("silence", 1), ("white", 3)], sounds.Select(sound => (sound.Sound, sound.Texts.Count)));
        Assert.All(sounds, sound => Assert.Equal(100.0 * sound.Texts.Count(t => t.Length > 0) / sound.Texts.Count, sound.Share));
    }

    [Theory]
    [InlineData(0, 10, 0, 27.75)]
    [InlineData(5, 10, 23.66, 76.34)]
    [InlineData(10, 10, 72.25, 100)]
    public void The_interval_of_a_share_is_Wilsons(int written, int windows, double low, double high)
    {
        var result = new SpeechlessWindows("hum", [.. Enumerable.Range(0, windows).Select(i => i < written ? "word" : "")]);
        Assert.Equal(low, result.Interval.Low, 0.01);
        Assert.Equal(high, result.Interval.High, 0.01);
    }

    private static float[] White(int count, Random random) =>
        [.. Enumerable.Range(0, count).Select(_ => 0.2f * (random.NextSingle() - 0.5f))];
}
