using System.Diagnostics;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Audio.Decoders;

namespace DistilWhisperLab.Tests.Audio;

/// <summary>One sound, written by ffmpeg in many formats under a name that says nothing.</summary>
public sealed class FormatTests : IDisposable
{
    private const double Seconds = 2.3;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("-f aiff -c:a pcm_s16be")]
    [InlineData("-f aiff -c:a pcm_s24be -ac 2 -ar 48000")]
    [InlineData("-f aiff -c:a pcm_s32be")]
    [InlineData("-f wav -c:a pcm_alaw -ar 8000")]
    [InlineData("-f wav -c:a pcm_f64le -ac 3")]
    [InlineData("-f wav -rf64 always -ac 2")]
    [InlineData("-f mp3 -c:a libmp3lame -b:a 128k -ac 2")]
    [InlineData("-f mp3 -c:a libmp3lame -q:a 4 -ar 22050")]
    [InlineData("-f mp3 -c:a libmp3lame -b:a 48k -ar 48000 -metadata title=Sound -id3v2_version 4")]
    [InlineData("-f ogg -c:a libvorbis -q:a 4")]
    [InlineData("-f ogg -c:a libvorbis -q:a 5 -ar 16000")]
    [InlineData("-f ogg -c:a libvorbis -q:a 5 -ac 2 -ar 48000")]
    [InlineData("-f ogg -c:a libopus -b:a 32k -ar 48000")]
    [InlineData("-f ogg -c:a libopus -b:a 96k -ac 2 -ar 48000 -frame_duration 60")]
    [InlineData("-f ogg -c:a libopus -b:a 256k -ac 6 -ar 48000 -mapping_family 1")]
    public void Read_in_managed_code(string encoding) => AssertSounds(encoding, ffmpeg: null);

    [Theory]
    [InlineData("-f aiff -c:a pcm_s8")]
    [InlineData("-f flac -ac 2")]
    [InlineData("-f ogg -c:a flac")]
    [InlineData("-f ipod -c:a aac -b:a 128k")]
    [InlineData("-f matroska -c:a libopus")]
    [InlineData("-f caf")]
    [InlineData("-f au")]
    [InlineData("-f w64")]
    [InlineData("-f wav -c:a adpcm_ms")]
    public void Read_by_ffmpeg(string encoding) => AssertSounds(encoding, Ffmpeg.OnPath());

    private void AssertSounds(string encoding, string? ffmpeg)
    {
        Assert.SkipWhen(Ffmpeg.OnPath() is null, "ffmpeg is not on the PATH.");
        AudioFile.SaveWav(_folder.File("source"), new AudioClip(Signal.Babble(44100, Seconds), 44100));
        var arguments = $"-nostdin -v error -i {_folder.File("source")} {encoding} {_folder.File("sound")}";
        using (var process = Process.Start(Ffmpeg.OnPath()!, arguments))
        {
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }

        var clip = AudioFile.Load(_folder.File("sound"), 16000, ffmpeg);
        var expected = Signal.Babble(16000, Seconds);
        // AAC and ADPCM come in whole blocks; everything else is as long as it was, to a millisecond.
        var surplus = encoding.Contains("aac") || encoding.Contains("adpcm") ? 1024 : 16;
        Assert.InRange(clip.Samples.Length, expected.Length - 1, expected.Length + surplus);
        Assert.InRange(Signal.Likeness(expected, clip.Samples), 0.97, 1);
    }
}
