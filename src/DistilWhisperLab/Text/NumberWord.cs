using System.Numerics;

namespace DistilWhisperLab.Text;

internal enum NumberKind
{
    Zero,
    One,
    Ten,
    Multiplier,
    Sign,
    Currency,
    Percent,
    And,
    Repeat,
    Point,
}

/// <summary>A word that takes part in spoken numbers.</summary>
/// <param name="Kind">Its part.</param>
/// <param name="Value">Its value, or how often "double" and "triple" repeat.</param>
/// <param name="Suffix">Of plurals and ordinals what follows the digits (s, th); of signs and currencies what stands before.</param>
internal sealed record NumberWord(NumberKind Kind, BigInteger Value, string Suffix = "")
{
    private static readonly Dictionary<string, NumberWord> All = Build();

    /// <summary>Whether the word may follow "point": a cardinal below a hundred.</summary>
    public bool IsDecimal => Suffix.Length == 0 && Kind is NumberKind.Zero or NumberKind.One or NumberKind.Ten;

    public static NumberWord? Find(string word) => All.GetValueOrDefault(word);

    private static Dictionary<string, NumberWord> Build()
    {
        var all = new Dictionary<string, NumberWord>();

        void Add(NumberKind kind, BigInteger value, string suffix, params string[] words)
        {
            foreach (var word in words)
            {
                all[word] = new NumberWord(kind, value, suffix);
            }
        }

        Add(NumberKind.Zero, 0, "", "o", "oh", "zero");
        Add(NumberKind.One, 0, "th", "zeroth");
        string[] ones =
        [
            "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
            "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        ];
        for (var value = 1; value <= ones.Length; value++)
        {
            var name = ones[value - 1];
            Add(NumberKind.One, value, "", name);
            Add(NumberKind.One, value, "s", name == "six" ? "sixes" : name + "s");
            // The rule makes "nineth", so the reference does not know "ninth"; neither may we.
            var (ordinal, suffix) = value switch
            {
                1 => ("first", "st"),
                2 => ("second", "nd"),
                3 => ("third", "rd"),
                5 => ("fifth", "th"),
                12 => ("twelfth", "th"),
                _ => (name + (name.EndsWith('t') ? "h" : "th"), "th"),
            };
            Add(NumberKind.One, value, suffix, ordinal);
        }

        string[] tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
        for (var i = 0; i < tens.Length; i++)
        {
            var value = 10 * (i + 2);
            Add(NumberKind.Ten, value, "", tens[i]);
            Add(NumberKind.Ten, value, "s", tens[i].Replace("y", "ies"));
            Add(NumberKind.Ten, value, "th", tens[i].Replace("y", "ieth"));
        }

        string[] thousands =
        [
            "thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "sextillion", "septillion",
            "octillion", "nonillion", "decillion",
        ];
        foreach (var (value, name) in thousands.Select((name, i) => (BigInteger.Pow(1000, i + 1), name)).Prepend((100, "hundred")))
        {
            Add(NumberKind.Multiplier, value, "", name);
            Add(NumberKind.Multiplier, value, "s", name + "s");
            Add(NumberKind.Multiplier, value, "th", name + "th");
        }

        Add(NumberKind.Sign, 0, "-", "minus", "negative");
        Add(NumberKind.Sign, 0, "+", "plus", "positive");
        Add(NumberKind.Currency, 0, "£", "pound", "pounds");
        Add(NumberKind.Currency, 0, "€", "euro", "euros");
        Add(NumberKind.Currency, 0, "$", "dollar", "dollars");
        Add(NumberKind.Currency, 0, "¢", "cent", "cents");
        Add(NumberKind.Percent, 0, "", "per", "percent");
        Add(NumberKind.And, 0, "", "and");
        Add(NumberKind.Repeat, 2, "", "double");
        Add(NumberKind.Repeat, 3, "", "triple");
        Add(NumberKind.Point, 0, "", "point");
        return all;
    }
}
