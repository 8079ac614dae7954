using System.Text;

namespace DistilWhisperLab.Text;

/// <summary>A word of a token sequence: its text, with the space before it, and the tokens that spell it.</summary>
public readonly record struct TokenizedWord(string Text, IReadOnlyList<int> Tokens);

/// <content>Splitting into words, for word timestamps.</content>
public sealed partial class WhisperTokenizer
{
    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    // Chinese, Japanese, Thai, Lao, Burmese, Cantonese.
    private static readonly HashSet<string> WithoutSpaces = ["zh", "ja", "th", "lo", "my", "yue"];

    /// <summary>
    /// Splits tokens into words: at spaces and punctuation, or, in languages written without spaces, into the smallest
    /// runs of tokens that spell whole characters (<c>split_to_word_tokens</c>). No token is lost: bytes that spell no
    /// character read as U+FFFD, and each special token, spelled by its name, is a word of its own.
    /// </summary>
    /// <param name="ids">Text tokens; timestamps and the end may be among them.</param>
    /// <param name="language">Code or English name; null reads as a language with spaces.</param>
    public IReadOnlyList<TokenizedWord> SplitToWordTokens(IReadOnlyList<int> ids, string? language)
    {
        var characters = SplitAtCharacters(ids);
        if (language is not null && WithoutSpaces.Contains(WhisperLanguages.Find(language) ?? language))
        {
            return characters;
        }

        var words = new List<TokenizedWord>();
        foreach (var part in characters)
        {
            var begins = words.Count == 0 || part.Tokens[0] >= EndOfText || part.Text.StartsWith(' ')
                || Punctuation.Contains(part.Text.Trim(), StringComparison.Ordinal);
            if (begins)
            {
                words.Add(part);
            }
            else
            {
                words[^1] = new TokenizedWord(words[^1].Text + part.Text, [.. words[^1].Tokens, .. part.Tokens]);
            }
        }

        return words;
    }

    // Tokens are cut apart where whole characters end. Looking at bytes, not at U+FFFD in decoded text, holds for
    // characters that are damaged, that are U+FFFD themselves, and for a last character that is not finished.
    private List<TokenizedWord> SplitAtCharacters(IReadOnlyList<int> ids)
    {
        var words = new List<TokenizedWord>();
        for (var start = 0; start < ids.Count;)
        {
            if (IsSpecial(ids[start]) || IsTimestamp(ids[start]))
            {
                words.Add(new TokenizedWord(_added.GetValueOrDefault(ids[start], ""), [ids[start]]));
                start++;
                continue;
            }

            var text = ids.Skip(start).TakeWhile(id => !IsSpecial(id) && !IsTimestamp(id)).ToList();
            AddCharacters(text, words);
            start += text.Count;
        }

        return words;
    }

    private void AddCharacters(List<int> ids, List<TokenizedWord> words)
    {
        var pieces = ids.ConvertAll(BytesOf);
        var bytes = pieces.SelectMany(piece => piece).ToArray();
        var (firstId, firstByte, endOfPiece, endOfCharacter) = (0, 0, 0, 0);
        for (var i = 0; i < ids.Count; i++)
        {
            endOfPiece += pieces[i].Length;
            while (endOfCharacter < endOfPiece)
            {
                Rune.DecodeFromUtf8(bytes.AsSpan(endOfCharacter), out _, out var length);
                endOfCharacter += length;
            }

            if (endOfCharacter == endOfPiece)
            {
                words.Add(new TokenizedWord(
                    Encoding.UTF8.GetString(bytes[firstByte..endOfPiece]), ids.GetRange(firstId, i + 1 - firstId)));
                (firstId, firstByte) = (i + 1, endOfPiece);
            }
        }
    }
}
