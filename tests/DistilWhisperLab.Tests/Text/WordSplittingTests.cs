using CsCheck;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests.Text;

public class WordSplittingTests
{
    private static readonly WhisperTokenizer Small = SmallTokenizer.Trained;

    [Fact]
    public void Words_begin_at_spaces_and_at_punctuation()
    {
        var words = Small.SplitToWordTokens([.. Small.Encode(" the cat's hat, there!"), Small.EndOfText], "en");
        Assert.Equal([" the", " cat", "'s", " hat", ",", " there", "!", "<|endoftext|>"], Texts(words));
    }

    [Fact]
    public void Languages_without_spaces_are_split_at_characters() =>
        Assert.Equal(["日", "本", "語"], Texts(Small.SplitToWordTokens(Small.Encode("日本語"), "Japanese")));

    [Theory]
    [InlineData("日本語", 0)]
    [InlineData("日本語", 1)]
    [InlineData("日本語", 2)]
    public void A_character_that_lacks_its_last_byte_loses_no_token(string text, int damaged)
    {
        List<int> ids = [.. Small.Encode(text)];
        ids.RemoveAt((3 * damaged) + 2);
        foreach (var language in new[] { "ja", "en" })
        {
            var words = Small.SplitToWordTokens(ids, language);
            Assert.Equal(ids, words.SelectMany(word => word.Tokens));
            Assert.Equal(Small.Decode(ids), string.Concat(Texts(words)));
        }
    }

    [Fact]
    public void A_dangling_byte_before_the_end_is_a_word_of_its_own()
    {
        int[] ids = [.. Small.Encode("語").Take(1), Small.EndOfText];
        Assert.Equal(["\uFFFD", "<|endoftext|>"], Texts(Small.SplitToWordTokens(ids, "ja")));
        Assert.Equal(["\uFFFD"], Texts(Small.SplitToWordTokens(ids[..1], "en")));
    }

    [Fact]
    public void A_genuine_replacement_character_is_no_damage() =>
        Assert.Equal(["a", "\uFFFD", "b"], Texts(Small.SplitToWordTokens(Small.Encode("a\uFFFDb"), "zh")));

    [Fact]
    public void An_emoji_across_two_timestamps_is_whole_in_the_text()
    {
        var emoji = Small.Encode("🙂");
        int[] ids = [.. emoji.Take(2), Small.Timestamp(1), Small.Timestamp(1), .. emoji.Skip(2)];
        Assert.Equal("🙂", Small.Decode(ids));
        Assert.Equal(ids, Small.SplitToWordTokens(ids, "ja").SelectMany(word => word.Tokens));
    }

    [Fact]
    public void No_token_and_no_character_is_ever_lost() =>
        Gen.Select(Gen.Int[0, Small.VocabularySize - 1].Array[0, 30], Gen.OneOf("en", "ja")).Sample((ids, language) =>
        {
            var words = Small.SplitToWordTokens(ids, language);
            Assert.Equal(ids, words.SelectMany(word => word.Tokens));
            Assert.All(words, word => Assert.NotEmpty(word.Tokens));
        });

    [Fact]
    public void Words_of_whole_text_are_the_text() =>
        WhisperTokenizerTests.AnyText.Sample(text =>
        {
            Assert.Equal(text, string.Concat(Texts(Small.SplitToWordTokens(Small.Encode(text), "en"))));
            Assert.Equal(text, string.Concat(Texts(Small.SplitToWordTokens(Small.Encode(text), "th"))));
        });

    private static IEnumerable<string> Texts(IEnumerable<TokenizedWord> words) => words.Select(word => word.Text);
}
