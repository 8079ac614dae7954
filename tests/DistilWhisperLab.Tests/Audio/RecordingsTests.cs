using System.Text.Json;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Audio.Decoders;

namespace DistilWhisperLab.Tests.Audio;

/// <summary>Real recordings as found, against what the reference (ffmpeg to 16 kHz mono) made of them.</summary>
public class RecordingsTests
{
    private static readonly string[] NeedFfmpeg = [".flac", ".mp4"];

    [Fact]
    public void Every_recording_is_read_in_managed_code_as_the_reference_reads_it() =>
        AssertAsReference(file => !NeedFfmpeg.Contains(Path.GetExtension(file)), ffmpeg: null);

    [Fact]
    public void Every_other_recording_is_read_by_ffmpeg_as_the_reference_reads_it()
    {
        Assert.SkipWhen(Ffmpeg.OnPath() is null, "ffmpeg is not on the PATH.");
        AssertAsReference(file => NeedFfmpeg.Contains(Path.GetExtension(file)), Ffmpeg.OnPath());
    }

    private static void AssertAsReference(Predicate<string> chosen, string? ffmpeg)
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Fixtures.File("recordings", "golden.json")));
        var files = golden.RootElement.EnumerateObject().Where(f => chosen(f.Name)).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var path = Fixtures.File("recordings", file.Name);
            var samples = file.Value.GetProperty("samples").GetInt32();
            if (samples == 0)
            {
                Assert.Contains("zero samples", Assert.Throws<AudioException>(() => AudioFile.Load(path, 16000, ffmpeg)).Message);
                continue;
            }

            var clip = AudioFile.Load(path, 16000, ffmpeg);
            var loudness = file.Value.GetProperty("rms").GetDouble();
            Assert.True(
                Math.Abs(clip.Samples.Length - samples) <= 1,
                $"{file.Name}: {clip.Samples.Length} samples, {samples} in the reference.");
            Assert.True(
                Math.Abs(Signal.Rms(clip.Samples) - loudness) <= 0.03 * loudness + 1e-5,
                $"{file.Name}: loudness {Signal.Rms(clip.Samples)}, {loudness} in the reference.");
        }
    }
}
