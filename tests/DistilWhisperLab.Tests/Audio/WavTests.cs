using DistilWhisperLab.Audio;

namespace DistilWhisperLab.Tests.Audio;

public sealed class WavTests : IDisposable
{
    private static readonly double[] Wave = [.. Enumerable.Range(0, 600).Select(i => 0.9 * Math.Sin(i * 0.1))];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(WavBuilder.Pcm, 8, 1.0 / 128)]
    [InlineData(WavBuilder.Pcm, 16, 1.0 / 32768)]
    [InlineData(WavBuilder.Pcm, 24, 1e-6)]
    [InlineData(WavBuilder.Pcm, 32, 1e-7)]
    [InlineData(WavBuilder.Float, 32, 1e-7)]
    [InlineData(WavBuilder.Float, 64, 1e-7)]
    public void Every_sample_format_is_read(int encoding, int bits, double tolerance)
    {
        foreach (var extensible in new[] { false, true })
        {
            var wav = new WavBuilder { Encoding = encoding, Bits = bits, Extensible = extensible };
            AssertHolds(Wave, Load(wav.Build(wav.Encode(Wave))), tolerance);
        }
    }

    [Fact]
    public void Extreme_samples_stay_within_bounds()
    {
        var wav = new WavBuilder { Encoding = WavBuilder.Float, Bits = 32 };
        var clip = Load(wav.Build(wav.Encode([-3, -1, 0, 1, 3])));
        Assert.Equal([-1f, -1f, 0f, 1f, 1f], clip.Samples);
        var lowest = new WavBuilder { Bits = 16 };
        Assert.Equal([-1f], Load(lowest.Build([0x00, 0x80])).Samples);
    }

    // Values from the tables of ITU-T G.711, on a scale of 16 bits.
    [Theory]
    [InlineData(WavBuilder.MuLaw, 0xFF, 0)]
    [InlineData(WavBuilder.MuLaw, 0x80, 32124)]
    [InlineData(WavBuilder.MuLaw, 0x00, -32124)]
    [InlineData(WavBuilder.MuLaw, 0xF0, 120)]
    [InlineData(WavBuilder.ALaw, 0xD5, 8)]
    [InlineData(WavBuilder.ALaw, 0x55, -8)]
    [InlineData(WavBuilder.ALaw, 0xAA, 32256)]
    [InlineData(WavBuilder.ALaw, 0x2A, -32256)]
    public void The_telephone_laws_are_expanded(int law, byte code, int expected)
    {
        var clip = Load(new WavBuilder { Encoding = law, Bits = 8 }.Build([code, code]));
        Assert.All(clip.Samples, sample => Assert.Equal(expected / 32768f, sample));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(1000)]
    public void Channels_are_averaged(int channels)
    {
        var wav = new WavBuilder { Channels = channels };
        var frame = Enumerable.Range(0, channels).Select(c => c == 0 ? 0.5 : 0.25).ToArray();
        var clip = Load(wav.Build(wav.Encode(Enumerable.Repeat(frame, 50).SelectMany(f => f))));
        Assert.Equal(50, clip.Samples.Length);
        Assert.All(clip.Samples, sample => Assert.Equal(0.25 + 0.25 / channels, sample, 1e-5));
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(11025)]
    [InlineData(22050)]
    [InlineData(44100)]
    [InlineData(48000)]
    [InlineData(96000)]
    [InlineData(12345)]
    public void Every_rate_becomes_the_wanted_one(int rate)
    {
        var tone = Signal.Tone(440, rate, 0.5).Select(s => (double)s).ToArray();
        var wav = new WavBuilder { SampleRate = rate };
        var clip = Load(wav.Build(wav.Encode(tone)));
        Assert.Equal(16000, clip.SampleRate);
        Assert.InRange(clip.Samples.Length, 7999, 8001);
        Assert.InRange(Signal.Likeness(Signal.Tone(440, 16000, 0.5), clip.Samples), 0.9995, 1);
    }

    [Theory]
    [InlineData(0u)] // never written
    [InlineData(0xFFFFFFFFu)] // from a pipe
    [InlineData(0x7FFFFFFFu)]
    [InlineData(1201u)] // a little too long
    public void A_wrong_length_in_the_header_does_not_matter(uint claimed)
    {
        foreach (var fileLength in new uint?[] { null, 0, 0xFFFFFFFF })
        {
            var wav = new WavBuilder { ClaimedLength = claimed, ClaimedFileLength = fileLength };
            AssertHolds(Wave, Load(wav.Build(wav.Encode(Wave))), 1e-4);
        }
    }

    [Fact]
    public void A_truncated_file_gives_the_whole_frames_that_are_there()
    {
        var wav = new WavBuilder { Bits = 24, Channels = 2 };
        var bytes = wav.Build(wav.Encode(Wave.SelectMany(s => new[] { s, s })));
        AssertHolds(Wave[..^1], Load(bytes[..^1]), 1e-5);
        AssertHolds(Wave[..^2], Load(bytes[..^8]), 1e-5);
    }

    [Fact]
    public void Other_chunks_are_no_samples()
    {
        var wav = new WavBuilder
        {
            Bits = 8,
            Before = [("LIST", new byte[11]), ("bext", new byte[600])],
            After = ("id3 ", [1, 2, 3, 4, 5, 6]),
        };
        AssertHolds(Wave[..99], Load(wav.Build(wav.Encode(Wave[..99]))), 1.0 / 128);
    }

    [Fact]
    public void The_long_form_gives_its_lengths_apart()
    {
        var lengths = new byte[28];
        BitConverter.GetBytes(1200L).CopyTo(lengths, 8);
        var wav = new WavBuilder
        {
            Before = [("ds64", lengths)],
            ClaimedLength = 0xFFFFFFFF,
            ClaimedFileLength = 0xFFFFFFFF,
            After = ("LIST", new byte[40]),
        };
        var bytes = wav.Build(wav.Encode(Wave));
        "RF64"u8.CopyTo(bytes);
        AssertHolds(Wave, Load(bytes), 1e-4);
    }

    [Theory]
    [InlineData(2, 4)] // Microsoft's ADPCM
    [InlineData(1, 12)]
    [InlineData(3, 16)]
    [InlineData(0x55, 0)] // MP3 within WAV
    public void What_the_managed_reader_does_not_know_is_left_to_ffmpeg(int encoding, int bits)
    {
        var wav = new WavBuilder { Encoding = encoding, Bits = bits }.Build(new byte[400]);
        var e = Assert.Throws<AudioException>(() => Load(wav));
        Assert.Contains("needs ffmpeg; install it (", e.Message);
    }

    [Fact]
    public void Saved_audio_comes_back()
    {
        var samples = Wave.Select(s => (float)s).ToArray();
        var path = _folder.File("deep/er.wav");
        AudioFile.SaveWav(path, new AudioClip(samples, 22050));
        var clip = AudioFile.Load(path, 22050);
        Assert.Equal(22050, clip.SampleRate);
        AssertHolds(Wave, clip, 0.5001 / 32768);
        Assert.Equal(clip.Samples, LoadAt22050(AudioFile.ToWav(clip)).Samples); // exact from the second time on
    }

    private AudioClip LoadAt22050(byte[] wav) => AudioFile.Load(_folder.Write("again.wav", wav), 22050, ffmpeg: null);

    private AudioClip Load(byte[] wav) => AudioFile.Load(_folder.Write("test.wav", wav), 16000, ffmpeg: null);

    private static void AssertHolds(double[] expected, AudioClip clip, double tolerance)
    {
        Assert.Equal(expected.Length, clip.Samples.Length);
        Assert.All(expected.Zip(clip.Samples), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
