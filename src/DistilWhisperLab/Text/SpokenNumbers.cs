using System.Globalization;
using System.Text.RegularExpressions;

namespace DistilWhisperLab.Text;

/// <summary>
/// Writes spelled-out numbers as digits (<c>EnglishNumberNormalizer</c> of whisper/normalizers): "two double o eight"
/// is 2008, "twenty first" 21st, "four dollars" $4. It reads word by word and knows one word before and after; what it
/// makes of odd input, such as "oh my god" (0 my god), is kept as the reference has it.
/// </summary>
internal static partial class SpokenNumbers
{
    private const string W0 = UnicodeText.WordStart;
    private const string W1 = UnicodeText.WordEnd;
    private const string CurrencySigns = "$€£¢";

    /// <summary>Rewrites the numbers of a lower-case text without punctuation; words come out one space apart.</summary>
    public static string Rewrite(string text) => Finish(string.Join(' ', Read(EnglishNormalizer.Words(Prepare(text)))));

    // "three and a half million" is read as "three point five million"; "10km" is parted, "10 th" is not.
    private static string Prepare(string text)
    {
        var parts = AndAHalf().Split(text);
        var joined = new List<string>();
        for (var i = 0; i < parts.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(parts[i]))
            {
                continue;
            }

            joined.Add(parts[i]);
            if (i < parts.Length - 1)
            {
                var last = NumberWord.Find(EnglishNormalizer.Words(parts[i])[^1]);
                joined.Add(last is { IsDecimal: true } or { Kind: NumberKind.Multiplier, Suffix: "" } ? "point five" : "and a half");
            }
        }

        text = LetterThenDigit().Replace(string.Join(' ', joined), "$1 $2");
        text = DigitThenLetter().Replace(text, "$1 $2");
        return PartedSuffix().Replace(text, "$1$2");
    }

    private static List<string> Read(string[] words)
    {
        var number = new NumberInProgress();
        for (var i = 0; i < words.Length; i++)
        {
            var current = words[i];
            var previous = i > 0 ? NumberWord.Find(words[i - 1]) : null;
            var next = i + 1 < words.Length ? words[i + 1] : null;
            var isNextNumeric = next is not null && Numeral().IsMatch(next);
            var sign = CurrencySigns.Contains(current[0]) ? current[..1] : "";
            if (Numeral().IsMatch(current[sign.Length..]))
            {
                number.Numeral(current, sign);
            }
            else if (NumberWord.Find(current) is { } word)
            {
                i += Apply(word, number, current, previous, next, isNextNumeric) ? 1 : 0;
            }
            else
            {
                number.End();
                number.Write(current);
            }
        }

        number.End();
        return number.Written;
    }

    /// <summary>Takes one number word; true where it has used up the next word too.</summary>
    private static bool Apply(NumberWord word, NumberInProgress number, string current, NumberWord? previous, string? next, bool isNextNumeric)
    {
        var nextWord = next is null ? null : NumberWord.Find(next);
        var nextCanBeNumber = nextWord is not null || isNextNumeric;
        switch (word.Kind)
        {
            case NumberKind.Zero:
                number.AppendDigits("0");
                return false;
            case NumberKind.One:
                number.AddOnes((int)word.Value, afterOnes: previous is { Kind: NumberKind.One, Suffix: "" }, afterTens: previous is { Kind: NumberKind.Ten, Suffix: "" });
                number.EndOrdinal(word.Suffix);
                return false;
            case NumberKind.Ten:
                number.AddTens((int)word.Value);
                number.EndOrdinal(word.Suffix);
                return false;
            case NumberKind.Multiplier:
                number.Multiply(word.Value);
                number.EndOrdinal(word.Suffix);
                return false;
            case NumberKind.Sign when nextCanBeNumber:
                number.End();
                number.Prefix = word.Suffix;
                return false;
            case NumberKind.Currency when number.IsPending:
                number.Prefix = word.Suffix;
                number.End();
                return false;
            case NumberKind.Percent when number.IsPending && (current == "percent" || next == "cent"):
                number.End("%");
                return current == "per";
            case NumberKind.And when nextCanBeNumber && previous is { Kind: NumberKind.Multiplier, Suffix: "" }:
                return false;
            case NumberKind.Repeat when nextWord is { Kind: NumberKind.One or NumberKind.Zero, Suffix: "" }:
                number.AppendDigits(string.Concat(Enumerable.Repeat(nextWord.Value.ToString(CultureInfo.InvariantCulture), (int)word.Value)));
                return true;
            case NumberKind.Point when nextWord is { IsDecimal: true } || isNextNumeric:
                number.AppendDigits(".");
                return false;
            case NumberKind.Point when nextCanBeNumber:
                return false; // Lost, as in the reference: "three point million".
            default:
                number.End();
                number.Write(current);
                return false;
        }
    }

    // "$2 and ¢7" is $2.07 and "$0.70" is ¢70; a lone 1 is written as the word, which reads better.
    private static string Finish(string text)
    {
        text = DollarsAndCents().Replace(text, match => $"{match.Groups[1]}{match.Groups[2]}.{int.Parse(match.Groups[3].Value):00}");
        text = CentsOnly().Replace(text, match => $"¢{int.Parse(match.Groups[1].Value)}");
        return LoneOne().Replace(text, "one$1");
    }

    [GeneratedRegex(W0 + @"and\s+a\s+half" + W1)]
    private static partial Regex AndAHalf();

    [GeneratedRegex("([a-z])([0-9])")]
    private static partial Regex LetterThenDigit();

    [GeneratedRegex("([0-9])([a-z])")]
    private static partial Regex DigitThenLetter();

    [GeneratedRegex(@"([0-9])\s+(st|nd|rd|th|s)" + W1)]
    private static partial Regex PartedSuffix();

    [GeneratedRegex(@"^\d+(?:\.\d+)?$")]
    private static partial Regex Numeral();

    [GeneratedRegex("([€£$])([0-9]+) (?:and )?¢([0-9]{1,2})" + W1)]
    private static partial Regex DollarsAndCents();

    [GeneratedRegex("[€£$]0.([0-9]{1,2})" + W1)]
    private static partial Regex CentsOnly();

    [GeneratedRegex(W0 + "1(s?)" + W1)]
    private static partial Regex LoneOne();
}
