using DistilWhisperLab.Text;

namespace DistilWhisperLab.Training;

/// <summary>
/// The symbols of the encoder's CTC loss: lower-case letters, digits, the apostrophe and the space, whatever pieces
/// the tokenizer has. Over letters the loss falls off its plateau within some hundred updates, over hundreds of pieces
/// it takes thousands.
/// </summary>
public static class CtcAlphabet
{
    /// <summary>The symbol of a position at which nothing new is heard.</summary>
    public const byte Blank = 0;

    private const string Characters = " abcdefghijklmnopqrstuvwxyz'0123456789";

    /// <summary>Number of symbols, the blank included.</summary>
    public static int Size => Characters.Length + 1;

    /// <summary>
    /// A text's symbols: accents are taken off letters, what is no symbol parts words, and words stand one space apart.
    /// </summary>
    public static byte[] Encode(string text)
    {
        var symbols = new List<byte>(text.Length);
        foreach (var character in UnicodeText.RemoveSymbolsAndDiacritics(UnicodeText.ToLower(text.Replace('’', '\'')), keep: "'"))
        {
            var symbol = (byte)(Math.Max(0, Characters.IndexOf(character)) + 1);
            if (symbol != Space || (symbols.Count > 0 && symbols[^1] != Space))
            {
                symbols.Add(symbol);
            }
        }

        if (symbols.Count > 0 && symbols[^1] == Space)
        {
            symbols.RemoveAt(symbols.Count - 1);
        }

        return [.. symbols];
    }

    /// <summary>The symbols of texts heard one after the other.</summary>
    public static byte[] Join(IEnumerable<byte[]> texts) =>
        texts.Aggregate((byte[])[], (all, next) => all.Length == 0 ? next : next.Length == 0 ? all : [.. all, Space, .. next]);

    private const byte Space = 1;
}
