namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>Finds what is wrong with rules before a sentence is written.</summary>
internal static class GrammarCheck
{
    /// <summary>What is wrong, as a sentence without its full stop, or null.</summary>
    public static string? FaultOf(IReadOnlyDictionary<string, IReadOnlyList<string>> rules)
    {
        if (!rules.ContainsKey(Grammar.Start))
        {
            return $"the grammar has no rule \"{Grammar.Start}\", where every sentence starts";
        }

        foreach (var (name, alternatives) in rules)
        {
            if (alternatives.Count == 0 || alternatives.Any(string.IsNullOrEmpty))
            {
                return $"the grammar's rule \"{name}\" is empty or has an empty alternative";
            }

            var parts = alternatives.SelectMany(GrammarPart.Of).ToList();
            if (parts.FirstOrDefault(p => p.IsRule && !rules.ContainsKey(p.Written)).Written is { } missing)
            {
                return $"the grammar's rule \"{name}\" uses {{{missing}}}, which is not a rule";
            }

            if (parts.FirstOrDefault(p => !p.IsRule && (p.Written + p.Spoken).AsSpan().ContainsAny("{}[]=")).Written is { } text)
            {
                return $"the grammar's rule \"{name}\" has a brace, bracket or equals sign without its counterpart in \"{text}\"";
            }
        }

        return rules.Keys.Except(Ending(rules)).FirstOrDefault() is { } endless
            ? $"the grammar's rule \"{endless}\" never ends, since all its alternatives lead back to it"
            : null;
    }

    /// <summary>The rules that end: one of their alternatives uses only rules that end.</summary>
    private static HashSet<string> Ending(IReadOnlyDictionary<string, IReadOnlyList<string>> rules)
    {
        var ending = new HashSet<string>();
        int before;
        do
        {
            before = ending.Count;
            ending.UnionWith(rules
                .Where(r => r.Value.Any(a => GrammarPart.Of(a).All(p => !p.IsRule || ending.Contains(p.Written))))
                .Select(r => r.Key));
        }
        while (ending.Count > before);
        return ending;
    }
}
