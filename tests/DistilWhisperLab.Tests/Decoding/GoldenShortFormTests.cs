using System.Text.Json;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Decoding;

/// <summary>Real utterances on real checkpoints against openai-whisper.</summary>
[Collection(GoldenTests.Name)]
public class GoldenShortFormTests(GoldenModels models)
{
    private const int Batch = 6;
    private const double Identical = 0.97;

    [Theory]
    [InlineData("whisper-tiny.en", "greedy")]
    [InlineData("whisper-tiny.en", "greedy_timestamps")]
    [InlineData("whisper-tiny.en", "beam5")]
    [InlineData("whisper-tiny.en", "beam5_timestamps")]
    [InlineData("whisper-base", "greedy")]
    [InlineData("whisper-base", "greedy_timestamps")]
    [InlineData("whisper-base", "beam5")]
    [InlineData("whisper-base", "beam5_timestamps")]
    public void Tokens_and_scores_are_the_references(string name, string mode)
    {
        using var scope = NewDisposeScope();
        var model = models[name];
        var golden = Utterances(name);
        var options = new DecodingOptions
        {
            Language = "en",
            BeamSize = mode.StartsWith("beam", StringComparison.Ordinal) ? 5 : null,
            Timestamps = mode.EndsWith("timestamps", StringComparison.Ordinal),
        };
        var start = model.Tokenizer.StartSequence("en", SpeechTask.Transcribe, options.Timestamps);
        var same = 0;
        var (logProbability, noSpeech, compression) = (0.0, 0.0, 0.0);
        foreach (var group in golden.Chunk(Batch))
        {
            using var groupScope = NewDisposeScope();
            var states = model.States(group.Select(g => g.Name));
            var results = model.Decoder.DecodeStates(states, options);
            for (var i = 0; i < group.Length; i++)
            {
                var (ours, theirs) = (results[i], group[i].Value.GetProperty(mode));
                noSpeech = Math.Max(noSpeech, Off(ours.NoSpeechProbability, theirs, "no_speech_prob"));
                if (!ours.Tokens.SequenceEqual(GoldenModels.Tokens(theirs)))
                {
                    GoldenModels.Report($"{group[i].Name}: {model.FirstDifference(states.narrow(0, i, 1), start, ours.Tokens, GoldenModels.Tokens(theirs))}");
                    GoldenModels.Report($"  ours {ours.AverageLogProbability:0.00000}, reference {theirs.GetProperty("avg_logprob").GetDouble():0.00000}");
                    continue;
                }

                same++;
                Assert.Equal(theirs.GetProperty("text").GetString(), ours.Text);
                logProbability = Math.Max(logProbability, Off(ours.AverageLogProbability, theirs, "avg_logprob"));
                compression = Math.Max(compression, Off(ours.CompressionRatio, theirs, "compression_ratio") / ours.CompressionRatio);
            }
        }

        GoldenModels.Report($"{name} {mode}: {same} of {golden.Count} identical; largest differences: avg_logprob {logProbability:0.00000}, no_speech_prob {noSpeech:0.00000}, compression_ratio {compression:0.00%}");
        Assert.True(same >= Math.Floor(Identical * golden.Count), $"{same} of {golden.Count} identical");
        Assert.True(logProbability < 1e-3);
        Assert.True(noSpeech < 1e-3);
        Assert.True(compression < 1e-3);
    }

    [Fact]
    public void Languages_and_their_probabilities_are_the_references()
    {
        using var scope = NewDisposeScope();
        var model = models["whisper-base"];
        var golden = Utterances("whisper-base");
        var largest = 0.0;
        foreach (var group in golden.Chunk(Batch))
        {
            var detected = model.Decoder.DetectLanguage(model.States(group.Select(g => g.Name)));
            foreach (var (ours, theirs) in detected.Zip(group.Select(g => g.Value.GetProperty("language"))))
            {
                Assert.Equal(1, ours.Values.Sum(), 4);
                Assert.Equal(theirs.EnumerateObject().MaxBy(l => l.Value.GetDouble()).Name, ours.MaxBy(l => l.Value).Key);
                largest = Math.Max(largest, theirs.EnumerateObject().Max(l => Math.Abs(l.Value.GetDouble() - ours[l.Name])));
            }
        }

        GoldenModels.Report($"whisper-base: languages of {golden.Count} utterances; largest difference of a probability {largest:0.00000}");
        Assert.True(largest < 1e-3);
    }

    private static double Off(double ours, JsonElement theirs, string property) =>
        Math.Abs(ours - theirs.GetProperty(property).GetDouble());

    private static List<(string Name, JsonElement Value)> Utterances(string model) =>
    [
        .. GoldenModels.Golden("short-form.json").GetProperty(model).EnumerateObject()
            .Where((_, i) => GoldenModels.Everything || i % 3 == 0)
            .Select(u => (u.Name, u.Value)),
    ];
}
