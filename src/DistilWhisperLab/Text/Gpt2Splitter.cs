using System.Globalization;
using System.Text;

namespace DistilWhisperLab.Text;

/// <summary>
/// GPT-2's pre-tokenisation: cuts a text into the stretches inside which byte pairs may be merged. The pattern is
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>, read over code points: .NET's own
/// regular expressions see UTF-16 units, to which a letter outside the basic plane is no letter.
/// </summary>
internal static class Gpt2Splitter
{
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Class
    {
        Space,
        Letter,
        Number,
        Other,
    }

    /// <summary>The stretches of <paramref name="text"/> in order; together they are the whole text.</summary>
    public static IEnumerable<(int Start, int Length)> Split(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var length = StretchAt(text, start);
            yield return (start, length);
            start += length;
        }
    }

    private static int StretchAt(string text, int start)
    {
        foreach (var contraction in Contractions)
        {
            if (string.CompareOrdinal(text, start, contraction, 0, contraction.Length) == 0)
            {
                return contraction.Length;
            }
        }

        var body = text[start] == ' ' && start + 1 < text.Length ? start + 1 : start;
        var kind = ClassAt(text, body, out _);
        if (kind != Class.Space)
        {
            return RunEnd(text, body, kind) - start;
        }

        // White space before a word leaves its last character to that word (or to itself, if it is no plain space).
        var end = RunEnd(text, start, Class.Space);
        return end < text.Length && end - start > 1 ? end - start - 1 : end - start;
    }

    private static int RunEnd(string text, int start, Class kind)
    {
        while (start < text.Length && ClassAt(text, start, out var units) == kind)
        {
            start += units;
        }

        return start;
    }

    private static Class ClassAt(string text, int index, out int units)
    {
        if (Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out units) != System.Buffers.OperationStatus.Done)
        {
            units = 1;
            return Class.Other;
        }

        return Rune.IsWhiteSpace(rune) ? Class.Space : Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Class.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Class.Number,
            _ => Class.Other,
        };
    }
}
