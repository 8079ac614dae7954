using System.Text.Json;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Evaluation;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests.Decoding;

/// <summary>Two and a half minutes of one speaker on real checkpoints against openai-whisper's <c>transcribe()</c>.</summary>
[Collection(GoldenTests.Name)]
public class GoldenSequentialTests(GoldenModels models)
{
    private const double Tolerance = 0.02;

    [Theory]
    [InlineData("whisper-tiny.en", "default")]
    [InlineData("whisper-tiny.en", "no_condition")]
    [InlineData("whisper-tiny.en", "beam5")]
    [InlineData("whisper-base", "default")]
    [InlineData("whisper-base", "no_condition")]
    [InlineData("whisper-base", "beam5")]
    public void Text_and_times_are_the_references(string name, string setting)
    {
        var usual = (name, setting) is ("whisper-tiny.en", "default") or ("whisper-base", "no_condition");
        Assert.SkipUnless(usual || GoldenModels.Everything, "Two long-form settings are compared in every run; LAB_TESTS=full compares all.");
        var golden = GoldenModels.Golden("long-form.json");
        var theirs = golden.GetProperty("models").GetProperty(name).GetProperty(setting);
        var model = models[name];
        using var transcriber = new SequentialTranscriber(model.Model, model.Tokenizer);
        var ours = transcriber.Transcribe(LongFormAudio.Clip, Options(setting), cancellation: TestContext.Current.CancellationToken);
        var text = theirs.GetProperty("text").GetString()!;
        var wer = WordErrorRate.Of([golden.GetProperty("reference").GetString()!], [ours.Text]).Rate;
        var referenceWer = 100 * theirs.GetProperty("wer").GetDouble();
        var segments = theirs.GetProperty("segments").EnumerateArray().ToList();
        GoldenModels.Report($"{name} {setting}: text {(ours.Text == text ? "identical" : "differs")}; WER {wer:0.00} %, reference {referenceWer:0.00} %; {ours.Segments.Count} segments, reference {segments.Count}");
        Assert.Equal("en", ours.Language);
        if (ours.Text != text)
        {
            ReportFirstDifference(ours.Segments, segments, model.Tokenizer);
            Assert.InRange(wer, referenceWer - 1, referenceWer + 1);
            return;
        }

        Assert.Equal(segments.Count, ours.Segments.Count);
        var (times, logProbability, noSpeech, compression) = (0.0, 0.0, 0.0, 0.0);
        foreach (var (segment, reference) in ours.Segments.Zip(segments))
        {
            Assert.Equal(reference.GetProperty("seek").GetInt32(), segment.Seek);
            Assert.Equal(reference.GetProperty("text").GetString(), segment.Text);
            Assert.Equal(GoldenModels.Tokens(reference), segment.Tokens);
            Assert.Equal(0, segment.Temperature);
            times = Math.Max(times, Math.Max(Off(segment.Start, reference, "start"), Off(segment.End, reference, "end")));
            logProbability = Math.Max(logProbability, Off(segment.AverageLogProbability, reference, "avg_logprob"));
            noSpeech = Math.Max(noSpeech, Off(segment.NoSpeechProbability, reference, "no_speech_prob"));
            compression = Math.Max(compression, Off(segment.CompressionRatio, reference, "compression_ratio") / segment.CompressionRatio);
        }

        GoldenModels.Report($"  largest differences: times {times:0.000} s, avg_logprob {logProbability:0.00000}, no_speech_prob {noSpeech:0.00000}, compression_ratio {compression:0.00%}");
        Assert.True(times < Tolerance);
        Assert.True(logProbability < 1e-3);
        Assert.True(noSpeech < 1e-3);
        Assert.True(compression < 1e-3);
    }

    private static SequentialOptions Options(string setting) => new()
    {
        Decoding = new DecodingOptions { Timestamps = true, Language = "en", BeamSize = setting == "beam5" ? 5 : null },
        Fallback = new DecodingFallback { Temperatures = [0] },
        ConditionOnPreviousText = setting != "no_condition",
    };

    private static void ReportFirstDifference(IReadOnlyList<Segment> ours, List<JsonElement> theirs, WhisperTokenizer tokenizer)
    {
        foreach (var (segment, reference) in ours.Zip(theirs))
        {
            if (!segment.Tokens.SequenceEqual(GoldenModels.Tokens(reference)))
            {
                GoldenModels.Report($"  seek {segment.Seek} ({reference.GetProperty("seek").GetInt32()}): {tokenizer.DecodeWithTimestamps(segment.Tokens)}");
                GoldenModels.Report($"  reference: {tokenizer.DecodeWithTimestamps(GoldenModels.Tokens(reference))}");
                GoldenModels.Report($"  avg_logprob {segment.AverageLogProbability:0.00000}, reference {reference.GetProperty("avg_logprob").GetDouble():0.00000}");
                return;
            }
        }
    }

    private static double Off(double ours, JsonElement theirs, string property) =>
        Math.Abs(ours - theirs.GetProperty(property).GetDouble());
}
