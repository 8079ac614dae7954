using DistilWhisperLab.Audio;
using DistilWhisperLab.Corpora.Synthesis;

namespace DistilWhisperLab.Tests.Corpora.Synthesis;

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
    public async Task A_sentence_may_begin_with_a_dash()
    {
        TemporaryCorpus.Require("espeak-ng");
        var stop = TestContext.Current.CancellationToken;

        Assert.InRange((await Espeak.SpeakAsync("-5 degrees it was", "en-us", 170, 50, stop)).Duration, 0.8, 3);
    }

    [Fact]
    public void Speech_that_begins_at_once_gets_its_silence_too()
    {
        var trimmed = Synthesiser.TrimSilence(new AudioClip([0.5f, 0.5f], 16000)).Samples;

        Assert.Equal(3202, trimmed.Length);
        Assert.Equal((0.5f, 0.5f), (trimmed[1600], trimmed[1601]));
    }
}
