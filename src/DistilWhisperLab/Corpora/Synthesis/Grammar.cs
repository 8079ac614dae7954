using System.Text;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>
/// Writes sentences from rules: a rule's text is one of its alternatives, chosen at random, with every <c>{name}</c>
/// replaced by that rule's text; <c>[$5=five dollars]</c> is written as the first and read as the second.
/// </summary>
public sealed class Grammar
{
    internal const string Start = "sentence";

    // Far above what a sentence needs; rules that grow faster than they end would fill the stack.
    private const int MostExpansions = 1000;

    private readonly Dictionary<string, GrammarPart[][]> _rules;

    /// <summary>Takes rules.</summary>
    /// <param name="rules">The alternatives of each rule; <c>sentence</c> is where every sentence starts.</param>
    /// <exception cref="CorpusException">A rule is missing, empty or never ends.</exception>
    public Grammar(IReadOnlyDictionary<string, IReadOnlyList<string>> rules)
    {
        _rules = GrammarCheck.FaultOf(rules) is { } fault
            ? throw new CorpusException(fault + ".")
            : rules.ToDictionary(r => r.Key, r => r.Value.Select(a => GrammarPart.Of(a).ToArray()).ToArray());
    }

    /// <summary>Every word that may be heard in a sentence, in lower case.</summary>
    public IReadOnlySet<string> Vocabulary =>
        _rules.Values.SelectMany(r => r).SelectMany(a => a).Where(p => !p.IsRule).SelectMany(p => SpokenWords.Of(p.Spoken)).ToHashSet();

    /// <summary>The next sentence: a capital at its start, as a transcript is written.</summary>
    /// <exception cref="CorpusException">The rules lead back to themselves so often that the sentence has no end.</exception>
    public Sentence Sentence(Random random)
    {
        var (written, spoken) = (new StringBuilder(), new StringBuilder());
        var left = MostExpansions;
        Expand(Start, ref left, random, written, spoken);
        written[0] = char.ToUpperInvariant(written[0]);
        return new Sentence(written.ToString(), spoken.ToString());
    }

    private void Expand(string rule, ref int left, Random random, StringBuilder written, StringBuilder spoken)
    {
        if (left-- == 0)
        {
            throw new CorpusException($"A sentence of the grammar did not end after {MostExpansions} rules, the last \"{rule}\"; give the rules that lead back to themselves more alternatives that do not.");
        }

        var alternatives = _rules[rule];
        foreach (var part in alternatives[random.Next(alternatives.Length)])
        {
            if (part.IsRule)
            {
                Expand(part.Written, ref left, random, written, spoken);
            }
            else
            {
                written.Append(part.Written);
                spoken.Append(part.Spoken);
            }
        }
    }
}
