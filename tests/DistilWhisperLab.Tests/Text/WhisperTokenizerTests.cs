using CsCheck;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests.Text;

public class WhisperTokenizerTests
{
    private static readonly string[] Sentences =
    [
        "the cat sat on the mat", "that is what the other cat saw", "on the table there is another hat",
    ];

    [Fact]
    public void Training_gives_bytes_then_merges_then_specials_then_timestamps()
    {
        var tokenizer = WhisperTokenizer.Train(Sentences, 280, 6);
        Assert.Equal(280, tokenizer.EndOfText);
        Assert.Equal(281, tokenizer.StartOfTranscript);
        Assert.Equal(288, tokenizer.TimestampBegin);
        Assert.Equal(288 + 300, tokenizer.LastTimestamp);
        Assert.Equal(589, tokenizer.VocabularySize);
        Assert.False(tokenizer.IsMultilingual);
    }

    [Fact]
    public void Any_text_is_the_decoding_of_its_encoding()
    {
        var tokenizer = WhisperTokenizer.Train(Sentences, 280, 6);
        Gen.String.Sample(text =>
        {
            var whole = string.Concat(text.EnumerateRunes());
            return tokenizer.Decode(tokenizer.Encode(whole)) == whole;
        });
    }

    [Fact]
    public void What_was_saved_is_what_is_loaded()
    {
        var folder = Directory.CreateTempSubdirectory("tokenizer");
        try
        {
            var tokenizer = WhisperTokenizer.Train(Sentences, 280, 6);
            tokenizer.Save(folder.FullName);
            var loaded = WhisperTokenizer.Load(folder.FullName);
            Assert.Equal(tokenizer.VocabularySize, loaded.VocabularySize);
            Assert.Equal(tokenizer.Encode("the other hat, ça"), loaded.Encode("the other hat, ça"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
