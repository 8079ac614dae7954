using System.Text;

namespace DistilWhisperLab.Corpora;

/// <summary>
/// Writes sentences from rules: a rule's text is one of its alternatives, chosen at random, with every
/// <c>{name}</c> replaced by that rule's text.
/// </summary>
public sealed class Grammar
{
    private const string Start = "sentence";

    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _rules;

    /// <summary>Takes rules.</summary>
    /// <param name="rules">The alternatives of each rule; <c>sentence</c> is where every sentence starts.</param>
    /// <exception cref="CorpusException">A rule is missing, empty or never ends.</exception>
    public Grammar(IReadOnlyDictionary<string, IReadOnlyList<string>> rules)
    {
        _rules = FaultOf(rules) is { } fault ? throw new CorpusException(fault + ".") : rules;
    }

    /// <summary>Every word that a sentence may hold, in lower case.</summary>
    public IReadOnlySet<string> Vocabulary =>
        _rules.Values.SelectMany(r => r).SelectMany(Parts).Where(p => !p.IsRule).SelectMany(p => SpokenWords.Of(p.Text)).ToHashSet();

    /// <summary>The next sentence: a capital at its start, as a transcript is written.</summary>
    public string Sentence(Random random)
    {
        var text = new StringBuilder();
        Expand(Start, random, text);
        text[0] = char.ToUpperInvariant(text[0]);
        return text.ToString();
    }

    /// <summary>What is wrong with rules, as a sentence without its full stop, or null.</summary>
    internal static string? FaultOf(IReadOnlyDictionary<string, IReadOnlyList<string>> rules)
    {
        if (!rules.ContainsKey(Start))
        {
            return $"the grammar has no rule \"{Start}\", where every sentence starts";
        }

        foreach (var (name, alternatives) in rules)
        {
            if (alternatives.Count == 0 || alternatives.Any(string.IsNullOrEmpty))
            {
                return $"the grammar's rule \"{name}\" is empty or has an empty alternative";
            }

            var parts = alternatives.SelectMany(Parts).ToList();
            if (parts.FirstOrDefault(p => p.IsRule && !rules.ContainsKey(p.Text)).Text is { } missing)
            {
                return $"the grammar's rule \"{name}\" uses {{{missing}}}, which is not a rule";
            }

            if (parts.FirstOrDefault(p => !p.IsRule && p.Text.AsSpan().ContainsAny('{', '}')).Text is { } text)
            {
                return $"the grammar's rule \"{name}\" has a brace without its counterpart in \"{text}\"";
            }
        }

        return rules.Keys.Except(Ending(rules)).FirstOrDefault() is { } endless
            ? $"the grammar's rule \"{endless}\" never ends, since all its alternatives lead back to it"
            : null;
    }

    private void Expand(string rule, Random random, StringBuilder text)
    {
        var alternatives = _rules[rule];
        foreach (var part in Parts(alternatives[random.Next(alternatives.Count)]))
        {
            if (part.IsRule)
            {
                Expand(part.Text, random, text);
            }
            else
            {
                text.Append(part.Text);
            }
        }
    }

    /// <summary>The rules that end: one of their alternatives uses only rules that end.</summary>
    private static HashSet<string> Ending(IReadOnlyDictionary<string, IReadOnlyList<string>> rules)
    {
        var ending = new HashSet<string>();
        int before;
        do
        {
            before = ending.Count;
            ending.UnionWith(rules.Where(r => r.Value.Any(a => Parts(a).All(p => !p.IsRule || ending.Contains(p.Text)))).Select(r => r.Key));
        }
        while (ending.Count > before);
        return ending;
    }

    private static IEnumerable<(string Text, bool IsRule)> Parts(string alternative)
    {
        for (var at = 0; at < alternative.Length;)
        {
            var open = alternative.IndexOf('{', at);
            var close = open < 0 ? -1 : alternative.IndexOf('}', open);
            var end = close < 0 ? alternative.Length : open;
            if (end > at)
            {
                yield return (alternative[at..end], false);
            }

            if (close < 0)
            {
                yield break;
            }

            yield return (alternative[(open + 1)..close], true);
            at = close + 1;
        }
    }
}
