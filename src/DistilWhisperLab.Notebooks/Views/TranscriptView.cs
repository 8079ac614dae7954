using System.Text;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Notebooks;

/// <summary>
/// A transcript aligned with its reference: what was heard, errors coloured and also told apart without colour. A
/// substituted word carries the reference above it, a deleted one is struck through, an inserted one is underlined.
/// </summary>
/// <param name="Alignment">The alignment, with its pairs.</param>
/// <param name="Caption">Whose transcript it is, for example "teacher"; empty for none.</param>
public sealed record TranscriptView(WordAlignment Alignment, string Caption = "")
{
    // Okabe and Ito's vermilion, blue and green: told apart by every common kind of colour vision.
    private const string Style =
        $$"""
        <style>.dwl-words{margin:.6em 0;padding:.5em .8em;border-left:3px solid {{Html.Line}}}
        .dwl-words header,.dwl-words footer{font-size:.85em;opacity:.85;margin:0}.dwl-words p{margin:.3em 0;line-height:2.1}
        .dwl-words b{font-weight:600}.dwl-words .s,.dwl-words .d,.dwl-words .i{padding:.08em .28em;border-radius:4px;
        text-decoration-thickness:2px;text-underline-offset:3px}.dwl-words .s{background:#d55e0033;box-shadow:inset 0 -2px #d55e00}
        .dwl-words .s rt{font-size:.7em;opacity:.8}.dwl-words .d{background:#0072b233;text-decoration:line-through #0072b2}
        .dwl-words .i{background:#009e7333;text-decoration:underline double #009e73}</style>
        """;

    internal string ToHtml()
    {
        var html = new StringBuilder($"<div class=\"dwl-words\">{Style}<header><b>{Html.Encode(Caption)}</b> {Summary()}</header><p>");
        foreach (var pair in Alignment.Pairs)
        {
            var (reference, hypothesis) = (Html.Encode(pair.Reference), Html.Encode(pair.Hypothesis));
            html.Append(pair.Kind switch
            {
                AlignmentKind.Hit => hypothesis,
                AlignmentKind.Substitution =>
                    $"<ruby class=\"s\" title=\"substitution: {reference} → {hypothesis}\">{hypothesis}<rt>{reference}</rt></ruby>",
                AlignmentKind.Deletion => $"<del class=\"d\" title=\"deletion\">{reference}</del>",
                _ => $"<ins class=\"i\" title=\"insertion\">{hypothesis}</ins>",
            }).Append(' ');
        }

        return html.Append(Legend()).Append("</div>").ToString();
    }

    internal string ToText()
    {
        var text = new StringBuilder(Caption.Length > 0 ? $"{Caption} ({Summary()}): " : $"({Summary()}) ");
        return text.AppendJoin(' ', Alignment.Pairs.Select(pair => pair.Kind switch
        {
            AlignmentKind.Hit => pair.Hypothesis,
            AlignmentKind.Substitution => $"[{pair.Reference} → {pair.Hypothesis}]",
            AlignmentKind.Deletion => $"[−{pair.Reference}]",
            _ => $"[+{pair.Hypothesis}]",
        })).ToString();
    }

    private string Summary() =>
        Alignment.ReferenceWords == 0 && Alignment.Errors > 0
            ? $"{Alignment.Errors} words against none"
            : $"WER {Alignment.Rate:0.0} %, {Alignment.Errors} of {Alignment.ReferenceWords} words";

    private string Legend() =>
        Alignment.Errors == 0
            ? "</p>"
            : $"</p><footer><ruby class=\"s\">heard<rt>reference</rt></ruby> {Alignment.Substitutions} substituted · "
            + $"<del class=\"d\">reference</del> {Alignment.Deletions} deleted · "
            + $"<ins class=\"i\">heard</ins> {Alignment.Insertions} inserted</footer>";
}
