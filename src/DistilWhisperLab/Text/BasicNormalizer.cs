using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DistilWhisperLab.Text;

/// <summary>
/// Whisper's normaliser for languages other than English (<c>BasicTextNormalizer</c>): lower case, no brackets and
/// what they hold, symbols and punctuation as spaces. Like the reference it leaves a space at the ends.
/// </summary>
public sealed partial class BasicNormalizer
{
    private readonly bool _removeDiacritics;
    private readonly bool _splitLetters;

    /// <param name="removeDiacritics">Writes é as e and ø as o.</param>
    /// <param name="splitLetters">
    /// Puts a space between letters, so that word errors of a language written without spaces count characters.
    /// </param>
    public BasicNormalizer(bool removeDiacritics = false, bool splitLetters = false)
    {
        _removeDiacritics = removeDiacritics;
        _splitLetters = splitLetters;
    }

    /// <summary>The text in the form in which words are compared.</summary>
    public string Normalize(string text)
    {
        text = RemoveBracketed(UnicodeText.ToLower(text));
        text = _removeDiacritics ? UnicodeText.RemoveSymbolsAndDiacritics(text) : UnicodeText.RemoveSymbols(text);
        text = UnicodeText.ToLower(text);
        if (_splitLetters)
        {
            text = SplitLetters(text);
        }

        return WhiteSpace().Replace(text, " ");
    }

    /// <summary>Drops what stands in square, angle and round brackets: annotations, not speech.</summary>
    internal static string RemoveBracketed(string text) =>
        Parenthesis().Replace(Bracket().Replace(text, ""), "");

    [GeneratedRegex(@"\s+")]
    internal static partial Regex WhiteSpace();

    [GeneratedRegex(@"[<\[][^>\]]*[>\]]")]
    private static partial Regex Bracket();

    [GeneratedRegex(@"\([^)]+?\)")]
    private static partial Regex Parenthesis();

    private static string SplitLetters(string text)
    {
        var result = new StringBuilder(2 * text.Length);
        for (var letters = StringInfo.GetTextElementEnumerator(text); letters.MoveNext();)
        {
            result.Append(result.Length > 0 ? " " : "").Append(letters.GetTextElement());
        }

        return result.ToString();
    }
}
