using System.Text;

namespace DistilWhisperLab.Corpora;

/// <summary>
/// Writes sentences from rules: a rule's text is one of its alternatives, chosen at random, with every
/// <c>{name}</c> replaced by that rule's text.
/// </summary>
/// <param name="rules">The alternatives of each rule; <c>sentence</c> is where every sentence starts.</param>
public sealed class Grammar(IReadOnlyDictionary<string, IReadOnlyList<string>> rules)
{
    private const string Start = "sentence";

    // A rule that contains itself would never end.
    private const int MaxDepth = 20;

    /// <summary>The next sentence: a capital at its start, as a transcript is written.</summary>
    /// <exception cref="CorpusException">A rule is missing, empty or contains itself.</exception>
    public string Sentence(Random random)
    {
        var text = new StringBuilder();
        Expand(Start, random, text, 0);
        text[0] = char.ToUpperInvariant(text[0]);
        return text.ToString();
    }

    private void Expand(string rule, Random random, StringBuilder text, int depth)
    {
        if (depth > MaxDepth || !rules.TryGetValue(rule, out var alternatives) || alternatives.Count == 0)
        {
            throw new CorpusException($"The grammar's rule \"{rule}\" is missing, empty or contains itself.");
        }

        var alternative = alternatives[random.Next(alternatives.Count)];
        for (var at = 0; at < alternative.Length;)
        {
            var open = alternative.IndexOf('{', at);
            var close = open < 0 ? -1 : alternative.IndexOf('}', open);
            text.Append(alternative, at, (close < 0 ? alternative.Length : open) - at);
            if (close < 0)
            {
                break;
            }

            Expand(alternative[(open + 1)..close], random, text, depth + 1);
            at = close + 1;
        }
    }
}
