using DistilWhisperLab.Audio.Acoustics;

namespace DistilWhisperLab.Tests.Audio.Acoustics;

public class LevelTests
{
    [Theory]
    [InlineData(20)]
    [InlineData(0)]
    [InlineData(-10)]
    public void Noise_lies_as_far_below_the_active_speech_as_asked(double snr)
    {
        var speech = Signal.Babble(16000, 2);
        var noise = Noise.White(speech.Length, new Random(1));
        var mix = speech.ToArray();
        Level.AddAtSnr(mix, noise, snr);
        var added = mix.Zip(speech, (m, s) => m - s).ToArray();
        Assert.Equal(snr, Level.Decibel(Level.ActivePower(speech) / Level.Power(added)), 1e-3);
    }

    [Fact]
    public void Pauses_do_not_make_speech_quieter()
    {
        var speech = Signal.Tone(440, 16000, 1);
        float[] withPauses = [.. new float[8000], .. speech, .. new float[16000], .. speech, .. new float[8000]];
        Assert.Equal(0.125, Level.ActivePower(speech), 1e-4); // 0.5² / 2
        Assert.Equal(0.125, Level.ActivePower(withPauses), 1e-4);
        Assert.Equal(0.125 / 2, Level.Power(withPauses), 1e-3);
    }

    [Fact]
    public void Frames_more_than_30_dB_below_the_loudest_do_not_count()
    {
        var loud = Enumerable.Repeat(1f, 320).ToArray();
        Assert.Equal((1 + 0.01) / 2, Level.ActivePower([.. loud, .. Enumerable.Repeat(0.1f, 320)]), 1e-6);
        Assert.Equal(1, Level.ActivePower([.. loud, .. Enumerable.Repeat(0.03f, 320)]), 1e-6);
    }

    [Fact]
    public void Silence_and_nothing_have_no_power()
    {
        Assert.Equal(0, Level.ActivePower(new float[1000]));
        Assert.Equal(0, Level.ActivePower([]));
        Assert.Equal(double.NegativeInfinity, Level.Decibel(0));
    }

    [Fact]
    public void Silent_speech_or_noise_changes_nothing()
    {
        var (silence, tone) = (new float[500], Signal.Tone(440, 16000, 500 / 16000.0));
        var mix = tone.ToArray();
        Level.AddAtSnr(mix, silence, 0);
        Assert.Equal(tone, mix);
        Level.AddAtSnr(silence, tone, 0);
        Assert.All(silence, sample => Assert.Equal(0, sample));
        Assert.Throws<ArgumentException>(() => Level.AddAtSnr(mix, tone.AsSpan(1), 0));
    }
}
