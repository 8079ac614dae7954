using System.Text.Json;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests.Text;

public class SpecialTokenTests
{
    private const string EnglishOnlyFolder = "whisper-tiny.en-without-token-embedding";
    private const string MultilingualFolder = "whisper-base";

    private static readonly WhisperTokenizer Small = SmallTokenizer.Trained;

    [Fact]
    public void English_only_ids_are_those_of_the_checkpoints()
    {
        var tokenizer = Fixtures.Tokenizer(EnglishOnlyFolder);
        Assert.Equal(
            [51864, 50256, 50257, 50357, 50358, 50359, 50360, 50361, 50362, 50363, 51863],
            Ids(tokenizer));
        Assert.False(tokenizer.IsMultilingual);
        Assert.Equal([50257, 50362], tokenizer.StartSequence("en", SpeechTask.Transcribe, timestamps: false));
        Assert.Equal([50257], tokenizer.StartSequence(null, SpeechTask.Transcribe, timestamps: true));
    }

    [Theory]
    [InlineData(MultilingualFolder)]
    [InlineData("multilingual-tokenizer")]
    public void Multilingual_ids_are_those_of_the_checkpoints(string directory)
    {
        var tokenizer = Fixtures.Tokenizer(directory);
        Assert.Equal(
            [51865, 50257, 50258, 50358, 50359, 50360, 50361, 50362, 50363, 50364, 51864],
            Ids(tokenizer));
        Assert.True(tokenizer.IsMultilingual);
        Assert.Equal(99, tokenizer.Languages.Count);
        Assert.Equal(50259, tokenizer.Languages["en"]);
        Assert.Equal([50258, 50261, 50358], tokenizer.StartSequence("German", SpeechTask.Translate, timestamps: true));
        Assert.Equal([50258, 50259, 50359, 50363], tokenizer.StartSequence("en", SpeechTask.Transcribe, timestamps: false));
        Assert.Throws<TokenizerException>(() => tokenizer.StartSequence("yue", SpeechTask.Transcribe, timestamps: true));
    }

    [Fact]
    public void Ids_of_large_v3_follow_its_hundredth_language()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in new[] { "vocab.json", "merges.txt" })
        {
            File.Copy(Fixtures.File($"{MultilingualFolder}/{file}"), folder.File(file));
        }

        string[] names =
        [
            "<|endoftext|>", "<|startoftranscript|>", .. WhisperLanguages.Codes.Select(code => $"<|{code}|>"), "<|translate|>",
            "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>",
        ];
        folder.Write("added_tokens.json", JsonSerializer.Serialize(
            names.Select((name, i) => (name, Id: 50257 + i)).ToDictionary(token => token.name, token => token.Id)));

        var tokenizer = WhisperTokenizer.Load(folder.Path);
        Assert.Equal(
            [51866, 50257, 50258, 50359, 50360, 50361, 50362, 50363, 50364, 50365, 51865],
            Ids(tokenizer));
        Assert.Equal([50258, 50358, 50360], tokenizer.StartSequence("cantonese", SpeechTask.Transcribe, timestamps: true));
    }

    [Theory]
    [InlineData("<|nospeech|>")]
    [InlineData("<|nocaptions|>")]
    public void Special_tokens_are_found_by_name_in_any_vocabulary(string noSpeech)
    {
        using var folder = new TemporaryFolder();
        var tokenizer = SmallTokenizer.WithLanguages(folder, noSpeech, "en", "de");
        Assert.Equal([281 + 1, 281 + 2], tokenizer.Languages.Values);
        Assert.True(tokenizer.IsMultilingual);
        Assert.Equal(288, tokenizer.NoSpeech);
        Assert.Equal(290, tokenizer.TimestampBegin);
        Assert.Equal(tokenizer.VocabularySize - 1, tokenizer.LastTimestamp);
        Assert.Equal(30.0, tokenizer.Seconds(tokenizer.LastTimestamp));
        Assert.Equal([281, 283, 285, 289], tokenizer.StartSequence("de", SpeechTask.Transcribe, timestamps: false));
    }

    [Fact]
    public void Unknown_languages_and_tasks_are_refused_in_one_sentence()
    {
        using var folder = new TemporaryFolder();
        var multilingual = SmallTokenizer.WithLanguages(folder, "<|nospeech|>", "en", "de");
        Assert.Contains("klingon", Message(() => multilingual.StartSequence("klingon", SpeechTask.Transcribe, true)));
        Assert.Contains("told the language", Message(() => multilingual.StartSequence(null, SpeechTask.Transcribe, true)));
        Assert.Contains("English-only", Message(() => Small.StartSequence("fr", SpeechTask.Transcribe, true)));
        Assert.Contains("cannot translate", Message(() => Small.StartSequence(null, SpeechTask.Translate, true)));
    }

    [Fact]
    public void Timestamps_are_every_fiftieth_of_a_second()
    {
        for (var id = Small.TimestampBegin; id <= Small.LastTimestamp; id++)
        {
            Assert.Equal(id, Small.Timestamp(Small.Seconds(id)));
            Assert.True(Small.IsTimestamp(id));
            Assert.False(Small.IsSpecial(id));
        }

        Assert.Equal(Small.TimestampBegin + 57, Small.Timestamp(1.1401));
        Assert.Contains("6.00", Message(() => Small.Timestamp(6.02)));
        Assert.Throws<TokenizerException>(() => Small.Timestamp(double.NaN));
        Assert.Throws<TokenizerException>(() => Small.Seconds(Small.NoTimestamps));
    }

    [Fact]
    public void Decoding_drops_control_tokens_and_spells_timestamps_when_asked()
    {
        int[] ids =
        [
            Small.StartOfTranscript, Small.NoTimestamps, Small.TimestampBegin, .. Small.Encode(" the cat"), Small.Timestamp(1.5),
            Small.Timestamp(1.5), .. Small.Encode(" sat."), Small.Timestamp(2), Small.EndOfText,
        ];
        Assert.Equal(" the cat sat.", Small.Decode(ids));
        Assert.Equal("<|0.00|> the cat<|1.50|><|1.50|> sat.<|2.00|>", Small.DecodeWithTimestamps(ids));
    }

    [Fact]
    public void The_prompt_is_no_part_of_the_transcript()
    {
        int[] prompt = [Small.StartOfPrev, .. Small.Encode(" the other hat.")];
        int[] answer = [Small.StartOfTranscript, Small.TimestampBegin, .. Small.Encode(" the cat"), Small.EndOfText];
        Assert.Equal(" the cat", Small.Decode([.. prompt, .. answer]));
        Assert.Equal("<|0.00|> the cat", Small.DecodeWithTimestamps([.. prompt, .. answer]));
        Assert.Equal("", Small.Decode(prompt));
    }

    [Fact]
    public void Ids_that_do_not_exist_have_no_text() =>
        Assert.Equal("the", Small.Decode([-1, int.MinValue, .. Small.Encode("the"), Small.VocabularySize, int.MaxValue]));

    [Fact]
    public void Reference_transcripts_are_decoded_alike()
    {
        var tokenizer = Fixtures.Tokenizer(MultilingualFolder);
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Fixtures.File("golden/short-form.json")));
        var compared = 0;
        foreach (var utterance in golden.RootElement.GetProperty("whisper-base").EnumerateObject())
        {
            var greedy = utterance.Value.GetProperty("greedy");
            Assert.Equal(greedy.GetProperty("text").GetString()!.Trim(), tokenizer.Decode(Fixtures.Ids(greedy.GetProperty("tokens"))).Trim());
            compared++;
        }

        Assert.True(compared > 30);
    }

    [Theory]
    [InlineData(EnglishOnlyFolder)]
    [InlineData(MultilingualFolder)]
    public void The_suppressed_tokens_are_those_of_the_checkpoints(string directory)
    {
        var tokenizer = Fixtures.Tokenizer(directory);
        using var generation = JsonDocument.Parse(File.ReadAllBytes(Fixtures.File($"{directory}/generation_config.json")));
        Assert.Equal(Fixtures.Ids(generation.RootElement.GetProperty("suppress_tokens")), tokenizer.SuppressNonSpeech());
        Assert.Equal("'", tokenizer.Decode([6]));
        Assert.Equal("-", tokenizer.Decode([12]));
        Assert.DoesNotContain(6, tokenizer.SuppressNonSpeech());
        Assert.DoesNotContain(12, tokenizer.SuppressNonSpeech());
    }

    [Fact]
    public void A_small_vocabulary_keeps_its_space_hyphen_and_apostrophe()
    {
        var suppressed = Small.SuppressNonSpeech();
        Assert.All(" -'etaoin.,?", c => Assert.DoesNotContain(Small.Encode(c.ToString())[0], suppressed));
        Assert.Contains(Small.Encode("[")[0], suppressed);
        Assert.Contains(Small.Transcribe, suppressed);
        Assert.DoesNotContain(Small.EndOfText, suppressed);
        Assert.DoesNotContain(Small.NoTimestamps, suppressed);
    }

    private static int[] Ids(WhisperTokenizer t) =>
    [
        t.VocabularySize, t.EndOfText, t.StartOfTranscript, t.Translate, t.Transcribe, t.StartOfLm, t.StartOfPrev, t.NoSpeech,
        t.NoTimestamps, t.TimestampBegin, t.LastTimestamp,
    ];

    private static string Message(Action action) => Assert.Throws<TokenizerException>(action).Message;
}
