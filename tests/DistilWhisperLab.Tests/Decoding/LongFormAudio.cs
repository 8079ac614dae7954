using System.Text.Json;
using DistilWhisperLab.Audio;

namespace DistilWhisperLab.Tests.Decoding;

/// <summary>The fixtures' two and a half minutes of one speaker.</summary>
internal static class LongFormAudio
{
    private static readonly Lazy<AudioClip> Joined = new(() =>
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Fixtures.File("golden", "long-form.json")));
        var recipe = golden.RootElement.GetProperty("recipe");
        var gap = new float[recipe.GetProperty("gap_samples").GetInt32()];
        var samples = new List<float>();
        foreach (var file in recipe.GetProperty("files").EnumerateArray())
        {
            samples.AddRange(AudioFile.Load(Fixtures.File("speech", file.GetString()!)).Samples);
            samples.AddRange(gap);
        }

        return new AudioClip([.. samples], LogMelSpectrogram.SampleRate);
    });

    public static AudioClip Clip => Joined.Value;
}
