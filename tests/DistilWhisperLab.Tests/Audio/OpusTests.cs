using DistilWhisperLab.Audio;

namespace DistilWhisperLab.Tests.Audio;

public sealed class OpusTests : IDisposable
{
    private static readonly float[] Sound = Signal.Babble(48000, 1.23);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 100)]
    [InlineData(0, 3)]
    [InlineData(0, 1)]
    [InlineData(1_000_000, 10)]
    public void What_was_recorded_comes_back_neither_shifted_nor_longer(long firstGranule, int segmentsPerPage)
    {
        var clip = Load(new OggOpusBuilder { FirstGranule = firstGranule, SegmentsPerPage = segmentsPerPage }.Build(Sound));
        Assert.Equal(19680, clip.Samples.Length);
        Assert.InRange(Signal.Likeness(Signal.Babble(16000, 1.23), clip.Samples), 0.98, 1);
    }

    [Fact]
    public void Two_channels_are_averaged()
    {
        var stereo = Sound.SelectMany(s => new[] { s, 0 }).ToArray();
        var clip = Load(new OggOpusBuilder { Channels = 2 }.Build(stereo));
        Assert.InRange(Signal.Likeness(Signal.Babble(16000, 1.23), clip.Samples), 0.97, 1);
        Assert.Equal(Signal.Rms(Sound) / 2, Signal.Rms(clip.Samples), 0.05 * Signal.Rms(Sound));
    }

    [Fact]
    public void The_gain_in_the_header_is_applied()
    {
        var plain = Load(new OggOpusBuilder().Build(Sound));
        var quieter = Load(new OggOpusBuilder { Gain = -(short)(6.0206 * 256) }.Build(Sound));
        Assert.Equal(Signal.Rms(plain.Samples) / 2, Signal.Rms(quieter.Samples), 0.001);
    }

    [Fact]
    public void A_truncated_file_gives_the_pages_that_are_there()
    {
        var bytes = new OggOpusBuilder { SegmentsPerPage = 10 }.Build(Sound);
        Assert.InRange(Load(bytes[..(bytes.Length / 2)]).Duration, 0.3, 0.9);
    }

    [Fact]
    public void A_second_stream_is_left_to_ffmpeg()
    {
        var bytes = new OggOpusBuilder().Build(Sound);
        var other = bytes.ToArray();
        other[14] = 99; // the serial number of its first page
        var e = Assert.Throws<AudioException>(() => Load([.. bytes, .. other]));
        Assert.Contains("needs ffmpeg", e.Message);
    }

    private AudioClip Load(byte[] opus) => AudioFile.Load(_folder.Write("test.opus", opus), 16000, ffmpeg: null);
}
