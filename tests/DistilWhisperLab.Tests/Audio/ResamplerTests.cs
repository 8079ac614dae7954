using DistilWhisperLab.Audio;

namespace DistilWhisperLab.Tests.Audio;

public class ResamplerTests
{
    private const double Silent = 3e-6; // 110 dB below full scale

    [Theory]
    [InlineData(44100)]
    [InlineData(48000)]
    [InlineData(22050)]
    public void What_is_audible_at_the_new_rate_passes_unchanged(int from)
    {
        foreach (var hertz in new[] { 100, 1000, 4000, 7000, 7400 })
        {
            var inside = Middle(Resample(Signal.Tone(hertz, from, 1), from, 16000));
            var expected = Middle(Signal.Tone(hertz, 16000, 1));
            Assert.InRange(Signal.Rms(Difference(inside, expected)), 0, 1e-4);
        }
    }

    [Theory]
    [InlineData(44100, 8300)]
    [InlineData(44100, 12000)]
    [InlineData(44100, 15900)] // would fold to 100 Hz
    [InlineData(48000, 9000)]
    [InlineData(48000, 23000)]
    public void What_the_new_rate_cannot_hold_is_gone(int from, int hertz) =>
        Assert.InRange(Signal.Rms(Middle(Resample(Signal.Tone(hertz, from, 1), from, 16000))), 0, Silent);

    [Fact]
    public void Telephone_speech_gets_no_mirror_image_above_four_kilohertz()
    {
        var up = Middle(Resample(Signal.Tone(3000, 8000, 1), 8000, 16000));
        Assert.InRange(Signal.Rms(Difference(up, Middle(Signal.Tone(3000, 16000, 1)))), 0, 1e-4);
    }

    [Theory]
    [InlineData(44100, 16000)]
    [InlineData(8000, 16000)]
    [InlineData(12345, 16000)]
    [InlineData(16000, 44100)]
    [InlineData(192000, 16000)]
    public void As_much_time_comes_out_as_goes_in(int from, int to)
    {
        foreach (var length in new[] { 1, 7, 100, 4321, 50_000 })
        {
            var result = Resample(new float[length], from, to);
            Assert.Equal((int)Math.Round((double)length * to / from, MidpointRounding.AwayFromZero), result.Length);
        }
    }

    [Fact]
    public void A_click_stays_where_it_was()
    {
        var click = new float[44100];
        click[22050] = 1;
        var result = Resample(click, 44100, 16000);
        Assert.Equal(8000, Array.IndexOf(result, result.Max()));
    }

    [Fact]
    public void The_size_of_the_blocks_does_not_matter()
    {
        var sound = Signal.Babble(44100, 0.5);
        Assert.Equal(Resample(sound, 44100, 16000, 44100), Resample(sound, 44100, 16000, 7));
    }

    private static float[] Resample(float[] samples, int from, int to, int block = 1000)
    {
        var resampler = new Resampler(from, to);
        using var result = new SampleBuffer();
        for (var at = 0; at < samples.Length; at += block)
        {
            resampler.Process(samples.AsSpan(at, Math.Min(block, samples.Length - at)), result);
        }

        resampler.Finish(result);
        return result.Take();
    }

    /// <summary>Without the ends, where the sound begins and stops.</summary>
    private static float[] Middle(float[] samples) => samples[2000..^2000];

    private static float[] Difference(float[] first, float[] second) => [.. first.Zip(second, (a, b) => a - b)];
}
