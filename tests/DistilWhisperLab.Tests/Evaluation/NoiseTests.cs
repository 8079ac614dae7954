using DistilWhisperLab.Audio.Acoustics;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Evaluation;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Evaluation;

public class NoiseTests
{
    [Fact]
    public void A_model_hears_worse_the_louder_the_noise_and_nothing_depends_on_the_other_ratios()
    {
        using var teacher = Transcriber.Load(Path.Combine(LabPaths.Data, "teacher"), stop: TestContext.Current.CancellationToken);
        var corpus = Corpus.Shipped("test").Take(6);
        var points = NoiseRobustness.Of(teacher, corpus, Noise.White, [40, -10]);
        Assert.Equal([40, -10], points.Select(point => point.Snr));
        Assert.True(points[1].Wer.Rate > points[0].Wer.Rate + 20, $"{points[0].Wer.Rate} and {points[1].Wer.Rate} %");
        Assert.Equal(points[1].Wer.Rate, NoiseRobustness.Of(teacher, corpus, Noise.White, [-10])[0].Wer.Rate);
    }

    [Fact]
    public void A_pub_is_loud_everywhere_and_follows_from_its_random_numbers()
    {
        var pub = NoiseRobustness.Pub(Corpus.Shipped("validation").Take(8));
        var sound = pub(32000, new Random(1));
        Assert.Equal(sound, pub(32000, new Random(1)));
        Assert.All(sound.Chunk(3200), part => Assert.True(Level.Power(part) > Level.Power(sound) / 20));
    }

    [Fact]
    public void Text_written_without_speech_is_counted_by_sound()
    {
        using var teacher = Transcriber.Load(Path.Combine(LabPaths.Data, "teacher"), stop: TestContext.Current.CancellationToken);
        var sounds = SpeechlessWindows.Of(teacher, windows: 3, seed: 1);
        Assert.Equal(Noise.Kinds.Select(kind => (kind, 3)), sounds.Select(sound => (sound.Sound, sound.Texts.Count)));
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
}
