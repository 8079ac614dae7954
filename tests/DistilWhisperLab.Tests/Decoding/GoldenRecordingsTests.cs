using System.Text.Json;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Audio.Decoders;
using DistilWhisperLab.Decoding;

namespace DistilWhisperLab.Tests.Decoding;

/// <summary>
/// Real recordings in ten languages, noise and silence on real checkpoints, at temperature zero, the language
/// detected, against openai-whisper's <c>transcribe()</c>.
/// </summary>
[Collection(GoldenTests.Name)]
public class GoldenRecordingsTests(GoldenModels models)
{
    private const int ShortSamples = 6 * LogMelSpectrogram.SampleRate;

    private static readonly SequentialOptions AtZero = new() { Fallback = new DecodingFallback { Temperatures = [0] } };

    [Theory]
    [InlineData("whisper-tiny.en")]
    [InlineData("whisper-base")]
    public void Texts_of_recordings_are_the_references(string name)
    {
        using var transcriber = new SequentialTranscriber(models[name].Model, models[name].Tokenizer);
        var (identical, total) = (0, 0);
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Fixtures.File("recordings", "golden.json")));
        foreach (var file in golden.RootElement.EnumerateObject())
        {
            var samples = file.Value.GetProperty("samples").GetInt32();
            var needsFfmpeg = Path.GetExtension(file.Name) is ".flac" or ".mp4";
            if (!file.Value.TryGetProperty(name, out var theirs) || samples == 0
                || (samples > ShortSamples && !GoldenModels.Everything) || (needsFfmpeg && Ffmpeg.OnPath() is null))
            {
                continue;
            }

            var ours = transcriber.Transcribe(
                AudioFile.Load(Fixtures.File("recordings", file.Name)), AtZero, cancellation: TestContext.Current.CancellationToken);
            var same = ours.Text == theirs.GetProperty("text").GetString() && ours.Language == theirs.GetProperty("language").GetString();
            identical += same ? 1 : 0;
            total++;
            if (!same)
            {
                GoldenModels.Report($"{name} {file.Name}: {ours.Language} \"{ours.Text}\", reference {theirs.GetProperty("language")} \"{theirs.GetProperty("text")}\"");
            }
        }

        GoldenModels.Report($"{name}: {identical} of {total} recordings' texts identical");
        Assert.True(identical >= 0.9 * total);
    }
}
