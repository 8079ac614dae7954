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
        Assert.Equal([new("pub", -2.5), new("white", 10)], AddedNoise.ParseAll("pub:-2.5,white:10,pub:-2.5"));
        Assert.Equal(["white:40", "white:30", "white:20", "white:10", "white:0", "white:-10"], AddedNoise.ParseAll("fig2").Take(6).Select(n => $"{n}"));
        Assert.Equal(AddedNoise.ParseAll("fig2").Take(6).Select(n => n with { Kind = "pub" }), AddedNoise.Figure2.Skip(6));
        foreach (var wrong in (string[])["pub", "pub:", "rain:3", "white:loud", "white:1:2", "white:NaN", "fig3", ""])
        {
            Assert.Contains($"\"{wrong}\" is no noise; write a kind (white, pink", Assert.Throws<LabException>(() => AddedNoise.ParseAll(wrong)).Message);
        }
    }

    [Fact]
    public void Text_written_without_speech_is_counted_by_sound()
    {
        using var teacher = Transcriber.Load(Path.Combine(LabPaths.Data, "teacher"), stop: TestContext.Current.CancellationToken);
        var sounds = SpeechlessWindows.Of(teacher, windows: 3, seed: 1);
        Assert.Equal(Noise.Kinds.Select(kind => (kind, 3)), sounds.Select(sound => (sound.Sound, sound.Windows.Count)));
        // The teacher nearly always writes; with music it is sure of it, a quiet room it mostly takes for silence.
        Assert.InRange(sounds.Sum(sound => sound.WrittenInAll), 13, 15);
        Assert.InRange(sounds.Sum(sound => sound.Written), 3, 12);
        Assert.All(sounds.SelectMany(sound => sound.Windows), window => Assert.Equal(window.HasText, window.Text.Any(char.IsLetterOrDigit)));
    }

    [Fact]
    public void What_is_taken_for_silence_is_no_hallucination()
    {
        var result = new SpeechlessWindows("hum", [new("word", true, false), new("word", true, true), new("", false, false), new("", false, true)]);
        Assert.Equal((1, 2, 25.0), (result.Written, result.WrittenInAll, result.Share));
    }

    [Theory]
    [InlineData(0, 10, 0, 27.75)]
    [InlineData(5, 10, 23.66, 76.34)]
    [InlineData(10, 10, 72.25, 100)]
    public void The_interval_of_a_share_is_Wilsons(int written, int windows, double low, double high)
    {
        var result = new SpeechlessWindows("hum", [.. Enumerable.Range(0, windows).Select(i => new SpeechlessWindow(
            i < written ? "word" : "", i < written, TakenForSilence: i >= written))]);
        Assert.Equal(low, result.Interval.Low, 0.01);
        Assert.Equal(high, result.Interval.High, 0.01);
    }
}
