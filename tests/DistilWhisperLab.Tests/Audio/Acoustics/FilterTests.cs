using DistilWhisperLab.Audio.Acoustics;

namespace DistilWhisperLab.Tests.Audio.Acoustics;

public class FilterTests
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(50, 400, 0)] // the response outlasts the signal
    [InlineData(5000, 300, 0)]
    [InlineData(5000, 301, 150)]
    [InlineData(3000, 1, 0)]
    [InlineData(4097, 1023, 1022)]
    public void Convolution_is_the_sum_of_delayed_copies(int samples, int taps, int delay)
    {
        var random = new Random(samples);
        var (dry, response) = (Noise.White(samples, random), Noise.White(taps, random));
        var result = Convolution.Convolve(dry, response, delay);
        Assert.Equal(samples, result.Length);
        for (var i = 0; i < samples; i++)
        {
            var expected = 0d;
            for (var tap = Math.Max(0, i + delay - samples + 1); tap < taps && tap <= i + delay; tap++)
            {
                expected += (double)response[tap] * dry[i + delay - tap];
            }

            Assert.Equal(expected, result[i], 1e-3);
        }
    }

    [Fact]
    public void Convolving_nothing_gives_nothing_and_nothing_cannot_be_a_response()
    {
        Assert.Empty(Convolution.Convolve([], [1, 2]));
        Assert.Throws<ArgumentException>(() => Convolution.Convolve([1, 2], []));
        Assert.Throws<ArgumentException>(() => Convolution.Convolve([1, 2], [1], 1));
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(240, 0)]
    [InlineData(400, 1)]
    [InlineData(1000, 1)]
    [InlineData(3300, 1)]
    [InlineData(3500, 0)]
    [InlineData(7000, 0)]
    public void A_band_keeps_what_lies_in_it_and_nothing_else(double hertz, double gain) =>
        Assert.Equal(gain, Gain(hertz, x => BandLimit.Filter(x, 300, 3400, 16000)), 1e-3);

    [Fact]
    public void An_edge_is_6_dB_down_and_the_ends_of_the_spectrum_are_open()
    {
        Assert.Equal(0.5, Gain(3400, x => BandLimit.Filter(x, 300, 3400, 16000)), 0.01);
        Assert.Equal(1, Gain(20, x => BandLimit.Filter(x, 0, 4000, 16000)), 1e-3);
        Assert.Equal(1, Gain(7900, x => BandLimit.Filter(x, 300, 8000, 16000)), 1e-3);
        Assert.Throws<ArgumentOutOfRangeException>(() => BandLimit.Filter([1], 300, 300, 16000));
    }

    [Fact]
    public void A_band_delays_nothing()
    {
        var click = new float[4000];
        click[1234] = 1;
        var result = BandLimit.Filter(click, 100, 6000, 16000);
        Assert.Equal(1234, Array.IndexOf(result, result.Max()));
        Assert.Equal(result[1234 - 3], result[1234 + 3], 1e-5);
    }

    // G.711 by hand: magnitude + 33 of 14 bits (132 of 16), segment from its highest bit, four bits after it, all inverted.
    [Theory]
    [InlineData(0, 0xFF)]
    [InlineData(8, 0xFE)]
    [InlineData(-8, 0x7E)]
    [InlineData(120, 0xF0)]
    [InlineData(132, 0xEF)]
    [InlineData(1000, 0xCE)] // 1132 = 0b100_0110_1100: segment 3, step 0001
    [InlineData(16764, 0x8F)]
    [InlineData(32124, 0x80)]
    [InlineData(32767, 0x80)]
    [InlineData(-32768, 0x00)]
    public void Mu_law_octets_are_those_of_the_standard(int sample, int octet) => Assert.Equal(octet, Telephone.Encode((short)sample));

    [Theory]
    [InlineData(0xFF, 0)]
    [InlineData(0x7F, 0)]
    [InlineData(0xFE, 8)]
    [InlineData(0xCE, 988)] // (8 + 132) << 3, less 132
    [InlineData(0x80, 32124)]
    [InlineData(0x00, -32124)]
    public void Mu_law_octets_stand_for_the_standard_s_values(int octet, int sample) => Assert.Equal(sample, Telephone.Decode((byte)octet));

    [Fact]
    public void Every_octet_but_negative_zero_survives_decoding_and_encoding() =>
        Assert.All(
            Enumerable.Range(0, 256).Where(octet => octet != 0x7F),
            octet => Assert.Equal(octet, Telephone.Encode(Telephone.Decode((byte)octet))));

    [Fact]
    public void A_telephone_passes_its_band_and_makes_no_mirror_image()
    {
        Assert.Equal(1, Gain(1000, Telephone.Transmit), 0.01);
        Assert.Equal(1, Gain(3000, Telephone.Transmit), 0.01);
        Assert.Equal(0, Gain(200, Telephone.Transmit), 0.001);
        Assert.Equal(0, Gain(5000, Telephone.Transmit), 0.001);
        var tone = Telephone.Transmit(Signal.Tone(3000, 16000, 1))[2000..^2000];
        Assert.InRange(Spectrum.Amplitude(tone, 5000), 0, 1e-4);
        Assert.Equal(3, Telephone.Transmit([0, 0.1f, 0]).Length);
    }

    private delegate float[] Filter(ReadOnlySpan<float> samples);

    private static double Gain(double hertz, Filter filter)
    {
        var tone = Signal.Tone(hertz, 16000, 1);
        return Spectrum.Amplitude(filter(tone).AsSpan(2000, 12000), hertz) / Spectrum.Amplitude(tone.AsSpan(2000, 12000), hertz);
    }
}
