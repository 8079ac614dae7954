using System.Text.Json;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Decoding;

/// <summary>The alignment of real checkpoints on the reference's own tokens, against the reference's word times.</summary>
[Collection(GoldenTests.Name)]
public class GoldenWordsTests(GoldenModels models)
{
    [Theory]
    [InlineData("whisper-tiny.en")]
    [InlineData("whisper-base")]
    public void Words_of_the_references_tokens_have_the_references_times(string name)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var expected = Golden(name);
        var clip = LongFormAudio.Clip;
        var (model, tokenizer) = (models[name].Model, models[name].Tokenizer);
        var config = model.Config;
        using var logMel = new LogMelSpectrogram(config.MelBins);
        var mel = logMel.Compute(clip.Samples, clip.Samples.Length + config.WindowSamples);
        var content = clip.Samples.Length / LogMelSpectrogram.HopLength;
        var aligner = Aligner(name);

        var aligned = new List<Segment>();
        double lastSpeech = 0;
        foreach (var window in expected.GroupBy(s => s.GetProperty("seek").GetInt32()))
        {
            using var windowScope = NewDisposeScope();
            var frames = Math.Min(config.WindowFrames, content - window.Key);
            // The last window is filled up in the spectrogram, as in the reference.
            var part = nn.functional.pad(mel.narrow(1, window.Key, frames), [0, config.WindowFrames - frames]);
            var states = model.Encoder.forward(part.unsqueeze(0));
            var segments = aligner.AddWords(
                [.. window.Select(s => Undone(s, tokenizer, frames))], states, frames, "en", SpeechTask.Transcribe, lastSpeech);
            lastSpeech = WordAligner.SpeechEnd(segments) ?? lastSpeech;
            aligned.AddRange(segments);
        }

        AssertTimes(name, expected, aligned);
    }

    [Theory]
    [InlineData("whisper-tiny.en")]
    [InlineData("whisper-base")]
    public void Text_and_words_of_the_sequential_algorithm_are_the_references(string name)
    {
        Assert.SkipUnless(GoldenModels.Everything, "Two long-form settings are compared in every run; LAB_TESTS=full compares all.");
        using var transcriber = new SequentialTranscriber(models[name].Model, models[name].Tokenizer, Aligner(name).AddWords);
        var ours = transcriber.Transcribe(
            LongFormAudio.Clip,
            new SequentialOptions { Fallback = new DecodingFallback { Temperatures = [0] } },
            cancellation: TestContext.Current.CancellationToken);
        AssertTimes(name, Golden(name), [.. ours.Segments]);
    }

    private WordAligner Aligner(string name) =>
        new(models[name].Model, models[name].Tokenizer, models[name].Transcriber.AlignmentHeads);

    private static List<JsonElement> Golden(string name) =>
        [.. GoldenModels.Golden("long-form.json").GetProperty("models").GetProperty(name).GetProperty("words").GetProperty("segments").EnumerateArray()];

    /// <summary>The segment as it was decoded: its times are those of its timestamps, not yet of its words.</summary>
    private static Segment Undone(JsonElement golden, WhisperTokenizer tokenizer, int frames)
    {
        int[] tokens = [.. golden.GetProperty("tokens").EnumerateArray().Select(t => t.GetInt32())];
        var seek = golden.GetProperty("seek").GetInt32();
        var start = seek / 100.0;
        return new Segment(
            seek,
            start + (tokens.Length > 0 && tokenizer.IsTimestamp(tokens[0]) ? tokenizer.Seconds(tokens[0]) : 0),
            start + (tokens.Length > 1 && tokenizer.IsTimestamp(tokens[^1]) ? tokenizer.Seconds(tokens[^1]) : frames / 100.0),
            golden.GetProperty("text").GetString()!, tokens, 0, 0, 0, 0);
    }

    private static void AssertTimes(string name, List<JsonElement> expected, List<Segment> aligned)
    {
        var words = expected.SelectMany(s => s.GetProperty("words").EnumerateArray()).ToList();
        var found = aligned.SelectMany(s => s.Words!).ToList();
        Assert.Equal(words.Select(w => w.GetProperty("word").GetString()), found.Select(w => w.Text));
        var different = words.Zip(found)
            .Where(p => Difference(p.First, "start", p.Second.Start) > 0.0201 || Difference(p.First, "end", p.Second.End) > 0.0201
                || Difference(p.First, "probability", p.Second.Probability) > 2e-3)
            .Select(p => $"{p.First} but {p.Second}").ToList();
        GoldenModels.Report($"{name}: {words.Count - different.Count} of {words.Count} words as the reference's in time and probability");
        Assert.True(different.Count <= 0.05 * words.Count, $"{name}: {different.Count} of {words.Count} words: {string.Join('\n', different)}");
        Assert.All(expected.Zip(aligned), p =>
        {
            Assert.InRange(Difference(p.First, "start", p.Second.Start), 0, 0.0201);
            Assert.InRange(Difference(p.First, "end", p.Second.End), 0, 0.0201);
        });
    }

    private static double Difference(JsonElement golden, string key, double value) => Math.Abs(golden.GetProperty(key).GetDouble() - value);
}
