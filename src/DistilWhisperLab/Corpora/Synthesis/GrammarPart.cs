namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>A piece of an alternative: a rule's name, or text with what is heard for it.</summary>
internal readonly record struct GrammarPart(bool IsRule, string Written, string Spoken)
{
    /// <summary>Parts an alternative at its braces and brackets; one without its counterpart stays in the text.</summary>
    public static IEnumerable<GrammarPart> Of(string alternative)
    {
        for (var at = 0; at < alternative.Length;)
        {
            var open = alternative.AsSpan(at).IndexOfAny('{', '[') is var offset and >= 0 ? at + offset : -1;
            var close = open < 0 ? -1 : alternative.IndexOf(alternative[open] == '{' ? '}' : ']', open);
            var end = close < 0 ? alternative.Length : open;
            if (end > at)
            {
                yield return new GrammarPart(false, alternative[at..end], alternative[at..end]);
            }

            if (close < 0)
            {
                yield break;
            }

            yield return alternative[open] == '{' ? Rule(alternative[(open + 1)..close]) : Reading(alternative[(open + 1)..close]);
            at = close + 1;
        }
    }

    private static GrammarPart Rule(string name) => new(true, name, "");

    /// <summary>Without an equals sign the brackets stay in the text, where the check finds them.</summary>
    private static GrammarPart Reading(string inside) =>
        inside.IndexOf('=', StringComparison.Ordinal) is var sign and > 0
            ? new GrammarPart(false, inside[..sign], inside[(sign + 1)..])
            : new GrammarPart(false, $"[{inside}]", $"[{inside}]");
}
