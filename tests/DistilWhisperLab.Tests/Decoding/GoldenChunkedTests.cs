using System.Text.Json;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests.Decoding;

/// <summary>The chunked algorithm on real checkpoints against transformers' pipeline.</summary>
[Collection(GoldenTests.Name)]
public class GoldenChunkedTests(GoldenModels models)
{
    private const double PointsOfWer = 0.5;

    private static readonly EnglishNormalizer Normalizer = new();

    [Fact]
    public void Texts_of_the_chunked_algorithm_are_those_of_transformers()
    {
        var full = GoldenModels.Everything;
        var (identical, total, worst) = (0, 0, 0.0);
        foreach (var name in full ? ["whisper-tiny.en", "whisper-base"] : new[] { "whisper-tiny.en" })
        {
            using var chunked = new ChunkedTranscriber(models[name].Model, models[name].Tokenizer);
            foreach (var golden in GoldenModels.Golden("chunked.json").GetProperty(name).EnumerateArray())
            {
                var seconds = golden.GetProperty("chunk_length_s").GetInt32();
                if (!full && seconds != 30)
                {
                    continue;
                }

                var result = chunked.Transcribe(LongFormAudio.Clip, new ChunkedOptions
                {
                    ChunkSeconds = seconds,
                    Decoding = new DecodingOptions { Timestamps = golden.TryGetProperty("chunks", out var chunks), Language = "en" },
                }, cancellation: TestContext.Current.CancellationToken);
                var same = result.Text == golden.GetProperty("text").GetString();
                var (wer, expected) = (Wer(result.Text), Wer(golden.GetProperty("text").GetString()!));
                identical += same ? 1 : 0;
                total++;
                GoldenModels.Report($"{name} {seconds} s {(chunks.ValueKind == JsonValueKind.Array ? "with" : "without")} timestamps: "
                    + $"WER {wer:0.00} %, the reference's {expected:0.00} %, {(same ? "identical" : Difference(golden.GetProperty("text").GetString()!, result.Text))}"
                    + (same && chunks.ValueKind == JsonValueKind.Array ? $", {SameTimes(chunks, result)} of {chunks.GetArrayLength()} segments with the same times" : ""));
                if (chunks.ValueKind == JsonValueKind.Array && SameTimes(chunks, result) < chunks.GetArrayLength())
                {
                    GoldenModels.Report("  reference: " + string.Join(' ', chunks.EnumerateArray().Select(c => $"{c.GetProperty("start")}-{c.GetProperty("end")}")));
                    GoldenModels.Report("  ours: " + string.Join(' ', result.Segments.Select(s => $"{s.Start:0.00}-{s.End:0.00}")));
                }

                worst = Math.Max(worst, Math.Abs(wer - expected));
            }
        }

        GoldenModels.Report($"{identical} of {total} texts identical");
        Assert.InRange(worst, 0, PointsOfWer);
        Assert.True(identical >= total * 3 / 4);
    }

    private static double Wer(string text)
    {
        var reference = GoldenModels.Golden("long-form.json").GetProperty("reference").GetString()!;
        return WordErrors.Align(Normalizer.Normalize(reference), Normalizer.Normalize(text)).Rate;
    }

    private static int SameTimes(JsonElement chunks, Transcription result) =>
        chunks.EnumerateArray().Zip(result.Segments).Count(p =>
            Math.Abs((p.First.GetProperty("start").GetDouble()) - p.Second.Start) < 0.0201
            && Math.Abs((p.First.GetProperty("end") is { ValueKind: JsonValueKind.Number } end ? end.GetDouble() : p.Second.End) - p.Second.End) < 0.0201);

    private static string Difference(string expected, string found)
    {
        var words = WordErrors.Align(expected, found).Pairs.Where(p => p.Kind != AlignmentKind.Hit).Take(6);
        return "different: " + string.Join(", ", words.Select(p => $"{p.Reference ?? "–"} → {p.Hypothesis ?? "–"}"));
    }
}
