using System.Diagnostics;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Audio.Decoders;

namespace DistilWhisperLab.Tests.Audio;

/// <summary>Valid small files, damaged a few thousand times: what comes out is audio or an <see cref="AudioException"/>.</summary>
public sealed class FuzzTests : IDisposable
{
    private const long MaxAllocatedBytes = 256 << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Wav() => await Survives(new WavBuilder().Build(Pcm()), 600);

    [Fact]
    public async Task Extensible_wav() => await Survives(
        new WavBuilder { Extensible = true, Channels = 2, Bits = 24, SampleRate = 44100, Before = [("LIST", new byte[20])] }.Build(Pcm()), 600);

    [Fact]
    public async Task Float_wav()
    {
        var wav = new WavBuilder { Encoding = WavBuilder.Float, Bits = 32 };
        await Survives(wav.Build(wav.Encode(Signal.Babble(16000, 0.02).Select(s => (double)s))), 300);
    }

    [Fact]
    public async Task Opus() => await Survives(new OggOpusBuilder { SegmentsPerPage = 5 }.Build(Signal.Babble(48000, 0.3)), 600);

    [Theory]
    [InlineData("-f aiff", 600)]
    [InlineData("-f mp3 -c:a libmp3lame -b:a 32k -ar 16000", 600)]
    [InlineData("-f mp3 -c:a libmp3lame -b:a 96k -ac 2 -ar 44100 -metadata title=Sound", 300)]
    [InlineData("-f ogg -c:a libvorbis -ar 16000", 600)]
    public async Task Encoded_by_ffmpeg(string encoding, int times) => await Survives(Encode(encoding), times);

    [Fact]
    public async Task Read_by_ffmpeg() => await Survives(Encode("-f flac"), 12, Ffmpeg.OnPath());

    private static byte[] Pcm()
    {
        var pcm = new byte[1200];
        new Random(5).NextBytes(pcm);
        return pcm;
    }

    private byte[] Encode(string encoding)
    {
        Assert.SkipWhen(Ffmpeg.OnPath() is null, "ffmpeg is not on the PATH.");
        AudioFile.SaveWav(_folder.File("source.wav"), new AudioClip(Signal.Babble(16000, 0.3), 16000));
        using var process = Process.Start(Ffmpeg.OnPath()!, $"-nostdin -v error -i {_folder.File("source.wav")} {encoding} {_folder.File("valid")}");
        process.WaitForExit();
        return File.ReadAllBytes(_folder.File("valid"));
    }

    private async Task Survives(byte[] valid, int times, string? ffmpeg = null)
    {
        Assert.NotEmpty(AudioFile.Load(_folder.Write("valid", valid), 16000, ffmpeg).Samples);
        for (var seed = 0; seed < times; seed++)
        {
            var path = _folder.Write("damaged", Damage.To(valid, new Random(seed), headBytes: 120));
            long allocated = 0;
            var load = Task.Run(() =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    var clip = AudioFile.Load(path, 16000, ffmpeg);
                    Assert.DoesNotContain(clip.Samples, sample => !(sample is >= -1 and <= 1));
                }
                catch (AudioException)
                {
                }

                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            });
            Assert.True(await Task.WhenAny(load, Task.Delay(TimeSpan.FromMinutes(1))) == load, $"seed {seed} hangs");
            Assert.True(load.IsCompletedSuccessfully, $"seed {seed}: {load.Exception?.InnerException}");
            Assert.True(allocated < MaxAllocatedBytes, $"seed {seed} takes {allocated >> 20} MB");
        }
    }
}
