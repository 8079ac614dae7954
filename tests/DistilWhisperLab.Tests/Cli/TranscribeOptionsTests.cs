using System.CommandLine;
using DistilWhisperLab.Cli;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests.Cli;

public class TranscribeOptionsTests
{
    private static readonly WhisperTokenizer Tokenizer = WhisperTokenizer.Train(["a b c"], pieces: 258, windowSeconds: 0.4);

    [Fact]
    public void The_defaults_are_those_of_the_references_function()
    {
        var expected = new SequentialOptions();
        var found = Sequential();
        Assert.Equal(expected.Fallback.Temperatures, found.Fallback.Temperatures);
        Assert.Equal(expected.Fallback with { Temperatures = [] }, found.Fallback with { Temperatures = [] });
        Assert.Equal([0], found.ClipTimestamps);
        Assert.Equal(
            (true, null, null, null, null, true, SpeechTask.Transcribe),
            (found.ConditionOnPreviousText, found.InitialPrompt, found.Decoding.BeamSize, found.Decoding.BestOf,
                found.Decoding.SuppressTokens, found.Decoding.Timestamps, found.Decoding.Task));
    }

    [Theory]
    [InlineData("", "0 0.2 0.4 0.6 0.8 1")]
    [InlineData("--temperature 0.3", "0.3")]
    [InlineData("--temperature 0", "0")]
    [InlineData("--temperature-increment-on-fallback 0.5", "0 0.5 1")]
    [InlineData("--temperature 0.3 --temperature-increment-on-fallback 0.3", "0.3 0.6 0.9")]
    [InlineData("--temperature 0.2 --temperature-increment-on-fallback 0.2", "0.2 0.4 0.6 0.8 1")]
    [InlineData("--temperature 0.3 --temperature-increment-on-fallback None", "0.3")]
    [InlineData("--temperature-increment-on-fallback None", "0")]
    [InlineData("--temperature 1.5 --temperature-increment-on-fallback 0.2", "1.5")]
    public void Temperatures_are_a_ladder_one_alone_or_a_ladder_from_one(string arguments, string expected) =>
        Assert.Equal(expected, string.Join(' ', Sequential(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Fallback.Temperatures));

    [Fact]
    public void Chunks_are_decoded_at_temperature_zero_unless_one_is_given()
    {
        var how = new TranscribeOptions();
        Assert.Equal([0], how.Chunked(Parse(how, "--algorithm", "chunked"), Tokenizer).Fallback.Temperatures);
        Assert.Equal([0.5], how.Chunked(Parse(how, "--algorithm", "chunked", "--temperature", "0.5"), Tokenizer).Fallback.Temperatures);
    }

    [Fact]
    public void Every_option_arrives()
    {
        var found = Sequential(
            "--language", "English", "--best-of", "4", "--beam-size", "3", "--patience", "1.5", "--length-penalty", "0.5",
            "--suppress-tokens", "3,5", "--initial-prompt", "names", "--condition-on-previous-text", "False",
            "--compression-ratio-threshold", "2", "--logprob-threshold", "-0.5", "--no-speech-threshold", "None",
            "--without-timestamps", "True", "--clip-timestamps", "1,2.5,4");
        Assert.Equal(
            ("en", 4, 3, 1.5, 0.5, "names", false, 2.0, -0.5, null, false),
            (found.Decoding.Language, found.Decoding.BestOf, found.Decoding.BeamSize, found.Decoding.Patience,
                found.Decoding.LengthPenalty, found.InitialPrompt, found.ConditionOnPreviousText,
                found.Fallback.CompressionRatioThreshold, found.Fallback.LogProbabilityThreshold,
                found.Fallback.NoSpeechThreshold, found.Decoding.Timestamps));
        Assert.Equal([3, 5], found.Decoding.SuppressTokens!);
        Assert.Equal([1, 2.5, 4], found.ClipTimestamps);
    }

    [Fact]
    public void Suppressed_tokens_are_the_checkpoints_own_none_or_those_given()
    {
        Assert.Null(Sequential("--suppress-tokens", "-1").Decoding.SuppressTokens);
        Assert.Empty(Sequential("--suppress-tokens", "").Decoding.SuppressTokens!);
        Assert.Equal([.. Tokenizer.SuppressNonSpeech(), 7], Sequential("--suppress-tokens", "-1,7").Decoding.SuppressTokens!);
    }

    private static SequentialOptions Sequential(params string[] arguments)
    {
        var how = new TranscribeOptions();
        return how.Sequential(Parse(how, arguments), Tokenizer);
    }

    private static ParseResult Parse(TranscribeOptions how, params string[] arguments)
    {
        var command = new Command("transcribe");
        how.AddTo(command);
        var parsed = command.Parse(arguments);
        Assert.Empty(parsed.Errors);
        return parsed;
    }
}
