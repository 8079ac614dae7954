using CsCheck;
using DistilWhisperLab.Text;
using Microsoft.ML.Tokenizers;

namespace DistilWhisperLab.Tests.Text;

public class WhisperTokenizerTests
{
    private const string EnglishOnly = "whisper-tiny.en-without-token-embedding";

    private static readonly WhisperTokenizer Small = SmallTokenizer.Trained;

    [Theory]
    [InlineData(EnglishOnly, "gpt2")]
    [InlineData("multilingual-tokenizer", "multilingual")]
    [InlineData("whisper-base", "multilingual")]
    public void Every_case_of_the_reference_agrees(string directory, string kind)
    {
        var tokenizer = Fixtures.Tokenizer(directory);
        foreach (var test in Fixtures.Cases("tokenizer_cases.json"))
        {
            var text = test.GetProperty("text").GetString()!;
            var ids = Fixtures.Ids(test.GetProperty(kind));
            Assert.Equal(ids, tokenizer.Encode(text));
            Assert.Equal(text, tokenizer.Decode(ids));
        }
    }

    [Theory]
    [InlineData(EnglishOnly, "gpt2")]
    [InlineData("whisper-base", "multilingual")] // Its tokenizer.json has lost the first merge.
    public void A_lone_tokenizer_json_is_enough(string directory, string kind)
    {
        using var folder = new TemporaryFolder();
        File.Copy(Fixtures.File($"{directory}/tokenizer.json"), folder.File("tokenizer.json"));
        var tokenizer = WhisperTokenizer.Load(folder.Path);
        foreach (var test in Fixtures.Cases("tokenizer_cases.json"))
        {
            Assert.Equal(Fixtures.Ids(test.GetProperty(kind)), tokenizer.Encode(test.GetProperty("text").GetString()!));
        }
    }

    [Fact]
    public void Microsofts_byte_pair_encoder_gives_the_same_pieces()
    {
        var directory = Fixtures.File(EnglishOnly);
        var tokenizer = Fixtures.Tokenizer(EnglishOnly);
        var oracle = BpeTokenizer.Create(new BpeOptions(Path.Combine(directory, "vocab.json"), Path.Combine(directory, "merges.txt"))
        {
            ByteLevel = true,
            PreTokenizer = new Splitter(),
        });
        AnyText.Sample(text => Assert.Equal(oracle.EncodeToIds(text), tokenizer.Encode(text)), iter: 5000);
    }

    [Fact]
    public void Any_text_is_the_decoding_of_its_encoding() =>
        AnyText.Sample(text => Assert.Equal(text, Small.Decode(Small.Encode(text))), iter: 5000);

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character() =>
        Assert.Equal("a\uFFFDb", Small.Decode(Small.Encode("a\ud800b")));

    [Fact]
    public void Encoding_never_yields_a_special_token()
    {
        foreach (var text in new[] { "<|endoftext|>", "<|0.00|> the <|notimestamps|>", "<|startoftranscript|>" })
        {
            var ids = Small.Encode(text);
            Assert.All(ids, id => Assert.True(id < Small.EndOfText));
            Assert.Equal(text, Small.Decode(ids));
        }
    }

    [Fact]
    public void A_million_letters_without_a_space_are_encoded()
    {
        var text = new string('t', 500_000) + new string('h', 500_000);
        Assert.Equal(text, Small.Decode(Small.Encode(text)));
    }

    [Fact]
    public void The_longest_whitespace_leaves_one_space_to_the_word() =>
        Assert.Equal(
            ["  ", " a", "\n", "b", "\t", "\t", "c", "'s", "  "],
            Gpt2Splitter.Split("   a\nb\t\tc's  ").Select(part => "   a\nb\t\tc's  ".Substring(part.Start, part.Length)));

    [Fact]
    public void Letters_beyond_the_basic_plane_are_letters() =>
        Assert.Equal(2, Gpt2Splitter.Split("a\U0001D400b!").Count());

    [Fact]
    public void Training_takes_the_most_frequent_pairs_and_is_deterministic()
    {
        var tokenizer = WhisperTokenizer.Train(["ababab abab", "cd"], 258, 1);
        Assert.Equal([257, 256], tokenizer.Encode("ababab"));
        Assert.Equal([257], tokenizer.Encode("abab"));
        Assert.Equal(tokenizer.Encode("abab cd"), WhisperTokenizer.Train(["ababab abab", "cd"], 258, 1).Encode("abab cd"));
    }

    [Fact]
    public void Training_numbers_bytes_then_merges_then_specials_then_timestamps()
    {
        Assert.Equal(
            [280, 281, 282, 283, 284, 285, 286, 287, 288, 588, 589],
            [
                Small.EndOfText, Small.StartOfTranscript, Small.Translate, Small.Transcribe, Small.StartOfLm, Small.StartOfPrev,
                Small.NoSpeech, Small.NoTimestamps, Small.TimestampBegin, Small.LastTimestamp, Small.VocabularySize,
            ]);
        Assert.False(Small.IsMultilingual);
        Assert.Empty(Small.Languages);
    }

    [Fact]
    public void Training_refuses_more_pieces_than_the_text_has() =>
        Assert.Contains("259", Assert.Throws<TokenizerException>(() => WhisperTokenizer.Train(["abcd"], 300, 1)).Message);

    [Fact]
    public void What_was_saved_is_what_is_loaded()
    {
        using var folder = new TemporaryFolder();
        Small.Save(folder.Path);
        var loaded = WhisperTokenizer.Load(folder.Path);
        Assert.Equal(Small.VocabularySize, loaded.VocabularySize);
        Assert.Equal(Small.LastTimestamp, loaded.LastTimestamp);
        Assert.Equal(Small.SuppressNonSpeech(), loaded.SuppressNonSpeech());
        AnyText.Sample(text => Assert.Equal(Small.Encode(text), loaded.Encode(text)), iter: 300);

        var first = Directory.GetFiles(folder.Path).Order().Select(File.ReadAllText).ToList();
        loaded.Save(folder.Path);
        Assert.Equal(first, Directory.GetFiles(folder.Path).Order().Select(File.ReadAllText));
    }

    internal static Gen<string> AnyText { get; } =
        Gen.OneOf<int>(
            Gen.Int[0x20, 0x7e], Gen.Int[0xa0, 0x5ff], Gen.Int[0x600, 0xd7ff], Gen.Int[0xe000, 0xffff], Gen.Int[0x10000, 0x1ffff],
            Gen.OneOf(' ', '\n', '\t', '\u00a0', '\'', 's', 't', 'l', 'e', '1').Select(c => (int)c))
        .Select(char.ConvertFromUtf32).Array[0, 20].Select(string.Concat);

    private sealed class Splitter : PreTokenizer
    {
        public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) =>
            Gpt2Splitter.Split(text).Select(part => (part.Start, part.Length));

        public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) =>
            PreTokenize(text.ToString());
    }
}
