using System.Text;
using DistilWhisperLab.Experiments;

namespace DistilWhisperLab.Notebooks;

/// <summary>A claim as a card and the parts of it that the report's table shows too.</summary>
internal static class ClaimCard
{
    /// <summary>The MIME type under which a claim travels beside its card, through any kernel and front end.</summary>
    public const string MimeType = "application/vnd.distilwhisperlab.claim+json";

    // White on these passes 4.5:1; the words say the verdict too.
    private const string Style =
        $$"""
        <style>.dwl-claim{max-width:46rem;margin:.7em 0;padding:.7em 1em;border:1px solid {{Html.Line}};border-radius:8px;
        background:{{Html.Fill}}}.dwl-claim p{margin:0 0 .5em;line-height:1.45}.dwl-claim dl{display:flex;flex-wrap:wrap;
        gap:.3em 1.6em;margin:0;font-size:.88em}.dwl-claim dt{display:inline;opacity:.65;font-weight:400}
        .dwl-claim dd{display:inline;margin:0 0 0 .4em;font-variant-numeric:tabular-nums}
        .dwl-badge{display:inline-block;padding:.1em .65em;border-radius:1em;font-size:.8em;font-weight:600;color:#fff;
        letter-spacing:.02em;margin-right:.5em;vertical-align:.08em}.dwl-badge.holds{background:#1b7a4b}
        .dwl-badge.fails{background:#b3362b}.dwl-badge.undecided{background:#6b6f76}</style>
        """;

    public static string Render(Claim claim) =>
        $"""
        <div class="dwl-claim">{Style}<p>{Badge(claim.Verdict)}{Html.Encode(claim.Statement)}</p><dl>{Fields(claim)}</dl></div>
        """;

    public static string Text(Claim claim) => $"{Name(claim.Verdict)}: {claim.Statement} (measured {Measured(claim)})";

    public static string Badge(Verdict verdict) => $"<span class=\"dwl-badge {Name(verdict)}\">{Name(verdict)}</span>";

    public static string Name(Verdict verdict) => verdict switch
    {
        Verdict.Holds => "holds",
        Verdict.Fails => "fails",
        _ => "undecided",
    };

    /// <summary>The paper's numbers, encoded.</summary>
    public static string Paper(Claim claim) =>
        claim.Paper is null or { Count: 0 }
            ? "–"
            : Html.Encode(string.Join(", ", claim.Paper.Select(number => $"{number.Key} {Html.Number(number.Value)}")));

    /// <summary>The lab's number with its unit, as text.</summary>
    public static string Measured(Claim claim) => $"{Html.Number(claim.Measured)} {claim.Unit}".TrimEnd();

    /// <summary>The contrast with its interval and the side claimed, as text.</summary>
    public static string Contrast(Claim claim)
    {
        var side = claim.Contrast.Claimed switch
        {
            ClaimedSide.Above => ">",
            ClaimedSide.Below => "<",
            _ => "=",
        };
        return $"{Html.Number(claim.Contrast.Value)} {Interval(claim)}, claimed {side} {Html.Number(claim.Contrast.Threshold)}";
    }

    private static string Interval(Claim claim) =>
        claim.Interval is null ? "(exact)" : $"[{Html.Number(claim.Interval.Low)}, {Html.Number(claim.Interval.High)}]";

    private static string Fields(Claim claim)
    {
        var html = new StringBuilder();
        void Field(string name, string encoded) => html.Append($"<div><dt>{name}</dt><dd>{encoded}</dd></div>");
        Field("paper", Paper(claim));
        Field("measured here", Html.Encode(Measured(claim)));
        Field("contrast", Html.Encode(Contrast(claim)));
        if (claim.Seeds.Count > 0)
        {
            Field(claim.Seeds.Count == 1 ? "seed" : "seeds", string.Join(", ", claim.Seeds));
        }

        return html.ToString();
    }
}
