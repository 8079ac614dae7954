using DistilWhisperLab.Audio.Acoustics;

namespace DistilWhisperLab.Tests.Audio.Acoustics;

public class NoiseTests
{
    private static readonly double[] Octaves = [125, 250, 500, 1000, 2000, 4000];

    public static TheoryData<string> Kinds => [.. Noise.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Noise_has_rms_one_and_follows_from_its_seed(string kind)
    {
        foreach (var samples in new[] { 1, 37, 20_001 })
        {
            var noise = Noise.Of(kind, samples, new Random(samples));
            Assert.Equal(samples, noise.Length);
            Assert.Equal(1, Signal.Rms(noise), 1e-3);
            Assert.Equal(noise, Noise.Of(kind, samples, new Random(samples)));
        }

        Assert.NotEqual(Noise.Of(kind, 500, new Random(1)), Noise.Of(kind, 500, new Random(2)));
        Assert.Empty(Noise.Of(kind, 0, new Random(1)));
    }

    [Fact]
    public void White_noise_is_flat_and_pink_noise_falls_3_dB_an_octave()
    {
        var (white, pink) = (Noise.White(16_000, new Random(1)), Noise.Pink(16_000, new Random(1)));
        foreach (var (index, hertz) in Octaves.Index())
        {
            Assert.Equal(0, Octave(white, hertz) - Octave(white, 1000), 2.5);
            Assert.Equal(-3 * (index - 3), Octave(pink, hertz) - Octave(pink, 1000), 2.5);
        }
    }

    [Fact]
    public void Room_noise_is_low()
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var noise = Noise.Room(16_000, new Random(seed));
            Assert.InRange(Octave(noise, 4000) - Octave(noise, 125), -70, -20);
        }
    }

    [Fact]
    public void Hum_stands_on_the_mains_and_its_harmonics()
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var hum = Noise.Hum(16_000, new Random(seed)); // a second: lines 1 Hz wide, mains off by 0.06 Hz at most
            var mains = new[] { 50, 60 }.MaxBy(hertz => Spectrum.Amplitude(hum, hertz));
            Assert.InRange(Spectrum.Amplitude(hum, mains), 0.3, 1.5);
            Assert.InRange(Spectrum.Amplitude(hum, 3 * mains), 0.02, 1);
            Assert.InRange(Spectrum.Amplitude(hum, 1.5 * mains), 0, 0.02);
        }
    }

    [Fact]
    public void Music_has_tones_that_stand_out_and_never_falls_silent()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            var music = Noise.Music(48_000, new Random(seed));
            var lines = Enumerable.Range(100, 500).Select(hertz => Spectrum.Amplitude(music.AsSpan(0, 16_000), hertz)).Order().ToArray();
            Assert.True(lines[^1] > 8 * lines[250], $"seed {seed}: {lines[^1]} over {lines[250]}");
            Assert.All(music.Chunk(16_000), second => Assert.InRange(Signal.Rms(second), 0.2, 3));
        }
    }

    [Fact]
    public void A_plucked_string_is_in_tune()
    {
        var piece = new float[16_000];
        new Instruments(new Random(1)).Pluck(piece, 0, 16_000, 441.3, 1, new Random(1));
        var best = Enumerable.Range(0, 200).Select(i => 431.3 + 0.1 * i).MaxBy(hertz => Spectrum.Amplitude(piece, hertz));
        Assert.Equal(441.3, best, 0.7);
    }

    [Fact]
    public void Babble_mixes_all_talkers_and_lasts_as_long_as_asked()
    {
        float[][] voices = [Signal.Tone(400, 16000, 0.7, 0.01), Signal.Tone(900, 16000, 0.5), Signal.Tone(1700, 16000, 0.9)];
        var mix = Babble.Mix(voices, 3_200, 3, new Random(1)); // shorter than what is left of each first utterance
        Assert.Equal(3_200, mix.Length);
        Assert.Equal(1, Signal.Rms(mix), 1e-3);
        foreach (var hertz in new[] { 400, 900, 1700 })
        {
            Assert.InRange(Spectrum.Amplitude(mix, hertz), 0.4, 1.3); // however soft the voice was recorded
        }

        Assert.Equal(mix, Babble.Mix(voices, 3_200, 3, new Random(1)));
        Assert.Equal(1, Signal.Rms(Noise.Pub(voices, 16_000, new Random(1))), 1e-3);
    }

    [Fact]
    public void Babble_copes_with_silent_voices_but_not_with_none()
    {
        Assert.All(Babble.Mix([new float[100], []], 50_000, 2, new Random(1)), sample => Assert.Equal(0, sample));
        Assert.Throws<ArgumentException>(() => Babble.Mix([], 100, 2, new Random(1)));
        Assert.Throws<ArgumentException>(() => Babble.Mix([[1]], 100, 0, new Random(1)));
        Assert.Throws<ArgumentException>(() => Noise.Of("applause", 100, new Random(1)));
    }

    private static double Octave(float[] noise, double centre) =>
        Spectrum.Density(noise, centre / Math.Sqrt(2), centre * Math.Sqrt(2));
}
