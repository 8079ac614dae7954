using System.Text;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Audio.Decoders;

namespace DistilWhisperLab.Tests.Audio;

public sealed class AudioFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_file_is_named() => AssertRefused(_folder.File("nowhere/none.wav"), "does not exist.");

    [Fact]
    public void A_directory_is_no_audio() => AssertRefused(_folder.Path, "is a directory, not an audio file.");

    [Fact]
    public void An_empty_file_is_no_audio() => AssertRefused(_folder.Write("empty.mp3", []), "is empty.");

    [Theory]
    [InlineData("hello, this is no wave\r\n\tat all")]
    [InlineData("ASCII und Ümläute, 日本語")]
    [InlineData("#EXTM3U\nhttp://localhost/secret.mp3\n")] // ffmpeg would go and fetch it
    public void Text_is_no_audio_whatever_it_is_called(string text) =>
        AssertRefused(_folder.Write("speech.wav", Encoding.UTF8.GetBytes(text)), "is a text file, not audio.");

    [Fact]
    public void Zero_samples_are_no_sound() =>
        AssertRefused(_folder.Write("zero.wav", new WavBuilder().Build([])), "holds no sound: it has zero samples.");

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Samples_must_be_numbers(double bad)
    {
        var wav = new WavBuilder { Encoding = WavBuilder.Float, Bits = 32 };
        var samples = new double[1000];
        samples[789] = bad;
        AssertRefused(_folder.Write("bad.wav", wav.Build(wav.Encode(samples))), "holds samples that are not numbers");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_absurd_sample_rate_is_refused(int rate) =>
        AssertRefused(_folder.Write("odd.wav", new WavBuilder { SampleRate = rate }.Build(new byte[100])), "samples per second; expected 1000 to 1000000.");

    [Fact]
    public void Without_ffmpeg_its_formats_say_how_to_install_it()
    {
        var flac = _folder.Write("speech.flac", [.. "fLaC"u8, 0, 0, 0, 0x22, .. new byte[100]]);
        AssertRefused(flac, $"is in a format that needs ffmpeg; install it ({Ffmpeg.InstallCommand}) or convert the file to WAV.");
    }

    [Fact]
    public void A_damaged_file_is_called_damaged()
    {
        var opus = new OggOpusBuilder { SegmentsPerPage = 10 }.Build(Signal.Babble(48000, 0.5));
        opus[opus.AsSpan().LastIndexOf("OggS"u8)] = 0;
        AssertRefused(_folder.Write("speech.opus", opus), "is a damaged Opus file (");
    }

    [Theory]
    [InlineData("fLaC")]
    [InlineData("whatever\0\0\0")]
    public void What_ffmpeg_cannot_read_either_is_said_in_one_sentence(string start)
    {
        var ffmpeg = RequireFfmpeg();
        var noise = new byte[5000];
        new Random(1).NextBytes(noise);
        AssertRefused(_folder.Write("broken.flac", [.. Encoding.ASCII.GetBytes(start), .. noise]), "cannot be read as audio, not by ffmpeg either: ", ffmpeg);
    }

    [Fact]
    public void A_picture_holds_no_sound()
    {
        var ffmpeg = RequireFfmpeg();
        byte[] bmp = [.. "BM"u8, 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, .. new byte[28]];
        AssertRefused(_folder.Write("picture.bmp", bmp), "cannot be read as audio, not by ffmpeg either: ", ffmpeg);
    }

    [Fact]
    public void An_ffmpeg_that_does_not_start_is_named() =>
        AssertRefused(_folder.Write("speech.flac", [.. "fLaC"u8, 0]), "needs ffmpeg, and /nowhere/ffmpeg does not start (", "/nowhere/ffmpeg");

    private static string RequireFfmpeg()
    {
        var ffmpeg = Ffmpeg.OnPath();
        Assert.SkipWhen(ffmpeg is null, "ffmpeg is not on the PATH.");
        return ffmpeg!;
    }

    private static void AssertRefused(string path, string reason, string? ffmpeg = null)
    {
        var e = Assert.Throws<AudioException>(() => AudioFile.Load(path, 16000, ffmpeg));
        Assert.StartsWith(path + " ", e.Message);
        Assert.Contains(reason, e.Message);
        Assert.DoesNotContain('\n', e.Message);
        Assert.EndsWith(".", e.Message);
    }
}
