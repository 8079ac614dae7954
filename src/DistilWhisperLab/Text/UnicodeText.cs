using System.Globalization;
using System.Text;
using ICU4N.Text;

namespace DistilWhisperLab.Text;

/// <summary>
/// Unicode operations with the meaning they have in Python, on which the reference normalisers rest. The runtime's own
/// normalisation needs a native ICU and silently does nothing without one; ICU4N is managed and carries its data.
/// </summary>
internal static class UnicodeText
{
    /// <summary>What Python's <c>\w</c> matches in a regular expression; .NET's lacks ½ and ², and has accents.</summary>
    public const string WordCharacter = @"[\p{L}\p{N}_]";

    /// <summary>Python's <c>\b</c> before a word.</summary>
    public const string WordStart = $"(?<!{WordCharacter})";

    /// <summary>Python's <c>\b</c> after a word.</summary>
    public const string WordEnd = $"(?!{WordCharacter})";

    // Letters that decompose into nothing, and are written without their stroke or ligature all the same.
    private static readonly Dictionary<int, string> Undecomposable = new()
    {
        ['œ'] = "oe",
        ['Œ'] = "OE",
        ['ø'] = "o",
        ['Ø'] = "O",
        ['æ'] = "ae",
        ['Æ'] = "AE",
        ['ß'] = "ss",
        ['ẞ'] = "SS",
        ['đ'] = "d",
        ['Đ'] = "D",
        ['ð'] = "d",
        ['Ð'] = "D",
        ['þ'] = "th",
        ['Þ'] = "th",
        ['ł'] = "l",
        ['Ł'] = "L",
    };

    /// <summary>
    /// Lower case as in Python: İ becomes i with a dot above it, a capital sigma that ends a word ς. The four
    /// separators that only Python takes for white space become spaces.
    /// </summary>
    public static string ToLower(string text)
    {
        var lower = new StringBuilder(text.ToLowerInvariant()).Replace("İ", "i\u0307");
        foreach (var separator in "\u001c\u001d\u001e\u001f")
        {
            lower.Replace(separator, ' ');
        }

        for (var i = text.IndexOf('Σ'); i >= 0 && lower.Length == text.Length; i = text.IndexOf('Σ', i + 1))
        {
            var ends = i > 0 && char.IsLetter(text[i - 1]) && (i + 1 == text.Length || !char.IsLetter(text[i + 1]));
            lower[i] = ends ? 'ς' : 'σ';
        }

        return lower.ToString();
    }

    /// <summary>
    /// Replaces symbols, punctuation and marks by a space (NFKC; <c>remove_symbols</c> of whisper/normalizers).
    /// </summary>
    public static string RemoveSymbols(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in Normalizer2.NFKCInstance.Normalize(text).EnumerateRunes())
        {
            Append(result, rune);
        }

        return result.ToString();
    }

    /// <summary>
    /// Replaces symbols and punctuation other than <paramref name="keep"/> by a space and drops diacritics (NFKD;
    /// <c>remove_symbols_and_diacritics</c>).
    /// </summary>
    public static string RemoveSymbolsAndDiacritics(string text, string keep = "")
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in Normalizer2.NFKDInstance.Normalize(text).EnumerateRunes())
        {
            if (rune.IsBmp && keep.Contains((char)rune.Value))
            {
                result.Append((char)rune.Value);
            }
            else if (Undecomposable.TryGetValue(rune.Value, out var letters))
            {
                result.Append(letters);
            }
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            {
                Append(result, rune);
            }
        }

        return result.ToString();
    }

    private static void Append(StringBuilder result, Rune rune)
    {
        var isMark = Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
        if (isMark || Rune.IsSymbol(rune) || Rune.IsPunctuation(rune))
        {
            result.Append(' ');
        }
        else
        {
            result.Append(rune.ToString());
        }
    }
}
