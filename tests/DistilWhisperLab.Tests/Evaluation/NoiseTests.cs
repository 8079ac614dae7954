using DistilWhisperLab.Audio.Acoustics;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Evaluation;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Evaluation;

public class NoiseTests
{
    [Fact]
    public void Noise_has_the_ratio_asked_for_to_the_speech_and_is_the_same_at_every_ratio()
    {
        var clip = Corpus.Shipped("test").Stream().First().Clip;
        float[] Noise(string kind, double snr, int number) =>
            [.. new AddedNoise(kind, snr).Mixer(seed: 1)(clip, number).Samples.Zip(clip.Samples, (noisy, clean) => noisy - clean)];
        foreach (var kind in (string[])["white", "pub"])
        {
            var (loud, faint) = (Noise(kind, -10, 3), Noise(kind, 10, 3));
            Assert.Equal(-10, Level.Decibel(Level.ActivePower(clip.Samples) / Level.Power(loud)), 0.01);
            Assert.All(loud.Zip(faint), pair => Assert.Equal(pair.First, 10 * pair.Second, 1e-4 + 1e-3 * Math.Abs(pair.First)));
            Assert.NotEqual(loud, Noise(kind, -10, 4));
            // Loud everywhere: nobody in the pub waits for the others.
            Assert.All(loud.Chunk(3200).SkipLast(1), part => Assert.True(Level.Power(part) > Level.Power(loud) / 20));
        }
    }

    [Fact]
    public void Noise_is_read_from_its_kind_and_ratio()
    {
        Assert.Equal(new AddedNoise("pub", -2.5), AddedNoise.Parse("pub:-2.5"));
        foreach (var wrong in (string[])["pub", "pub:", "rain:3", "white:loud", "white:1:2", "white:NaN"])
        {
            Assert.Contains($"\"{wrong}\" is no noise; write a kind (white, pink", Assert.Throws<LabException>(() => AddedNoise.Parse(wrong)).Message);
        }
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
