using System.Text;
using DistilWhisperLab.Experiments;

namespace DistilWhisperLab.Notebooks.Report;

/// <summary>The first page: the notebooks as cards, every claim with its verdict, and where it was all measured.</summary>
internal static class IndexPage
{
    public static string Render(IReadOnlyList<SeriesEntry> series, IReadOnlyList<Claim> claims, string profile) =>
        Page.Render("DistilWhisperLab", $"""
            <main class="index">
            <header class="hero"><p class="kicker">profile {Html.Encode(profile)}</p><h1>DistilWhisperLab</h1>
            <p class="lead">The Distil-Whisper paper, trained, decoded and measured: {Tally(series, claims)}.</p></header>
            <section class="cards">{string.Concat(series.Select(entry => Card(entry, claims)))}</section>
            {ClaimsTable(claims, series)}
            {Circumstances(series)}
            </main>
            """, withPlotly: false);

    private static string Tally(IReadOnlyList<SeriesEntry> series, IReadOnlyList<Claim> claims)
    {
        var run = series.Count(entry => entry.Executed is not null);
        var notebooks = $"{run} of {series.Count} {(series.Count == 1 ? "notebook" : "notebooks")} run";
        return claims.Count == 0
            ? notebooks
            : $"{notebooks}, {claims.Count} {(claims.Count == 1 ? "claim" : "claims")} judged, "
            + $"{Count(Verdict.Holds)} hold{(Count(Verdict.Holds) == 1 ? "s" : "")}, "
            + $"{Count(Verdict.Fails)} fail{(Count(Verdict.Fails) == 1 ? "s" : "")}, {Count(Verdict.Undecided)} undecided";

        int Count(Verdict verdict) => claims.Count(claim => claim.Verdict == verdict);
    }

    private static string Card(SeriesEntry entry, IReadOnlyList<Claim> claims)
    {
        var number = $"<span class=\"number\">{Html.Encode(entry.Number)}</span>";
        var title = $"<h2>{Html.Encode(entry.Title)}</h2>";
        if (entry.Executed is not { } notebook)
        {
            return $"<div class=\"card absent\">{number}{title}<p>not run yet</p></div>";
        }

        var seconds = Html.Duration(TimeSpan.FromSeconds((double?)notebook.RunNotes?["seconds"] ?? 0));
        var state = entry.Failed ? "<strong class=\"bad\">a cell failed</strong>" : seconds;
        var verdicts = string.Concat(claims.Where(claim => claim.Notebook == entry.Name)
            .Select(claim => $"<i class=\"dot {ClaimCard.Name(claim.Verdict)}\" title=\"{ClaimCard.Name(claim.Verdict)}: {Html.Encode(claim.Statement)}\"></i>"));
        return $"<a class=\"card\" href=\"{Html.Encode(entry.Href)}\">{number}{title}<p>{state}<span class=\"dots\">{verdicts}</span></p></a>";
    }

    private static string ClaimsTable(IReadOnlyList<Claim> claims, IReadOnlyList<SeriesEntry> series)
    {
        if (claims.Count == 0)
        {
            return "";
        }

        var rows = new StringBuilder();
        foreach (var claim in claims)
        {
            var entry = series.FirstOrDefault(entry => entry.Name == claim.Notebook);
            var link = entry is null
                ? Html.Encode(claim.Notebook)
                : $"<a href=\"{Html.Encode(entry.Href)}\" title=\"{Html.Encode(entry.Title)}\">{Html.Encode(entry.Number)}</a>";
            rows.Append(
                $"""
                <tr><td>{ClaimCard.Badge(claim.Verdict)}</td><td class="statement">{Html.Encode(claim.Statement)}<small>{Html.Encode(claim.Id)}</small></td><td data-label="paper">{ClaimCard.Paper(claim)}</td><td data-label="lab">{Html.Encode(ClaimCard.Measured(claim))}</td><td data-label="contrast">{Html.Encode(ClaimCard.Contrast(claim))}</td><td data-label="notebook">{link}</td></tr>
                """);
        }

        return
            $"""
            <section class="claims"><h2>Claims</h2><table><thead><tr><th>verdict</th><th>claim</th><th>paper</th><th>lab</th><th>contrast judged, with interval</th><th>notebook</th></tr></thead><tbody>{rows}</tbody></table>
            <p class="note">A claim holds when the interval of its contrast lies wholly on the claimed side of the threshold, fails when it lies wholly on the other, and is undecided else. Exact claims have no interval. The same data: <a href="claims.json">claims.json</a>.</p></section>
            """;
    }

    private static string Circumstances(IReadOnlyList<SeriesEntry> series)
    {
        var notes = series.Select(entry => entry.Executed?.RunNotes).Where(notes => notes is not null).ToList();
        if (notes.Count == 0)
        {
            return "";
        }

        string Distinct(string name) =>
            Html.Encode(string.Join(", ", notes.Select(note => note![name]?.ToString()).Where(text => !string.IsNullOrEmpty(text)).Distinct()));
        var first = notes.Min(note => (string?)note!["started"]) ?? "";
        var seconds = notes.Sum(note => (double?)note!["seconds"] ?? 0);
        return
            $"""
            <section class="circumstances"><h2>Where and when</h2><dl>
            <div><dt>profile</dt><dd>{Distinct("profile")}</dd></div>
            <div><dt>started</dt><dd>{Html.Encode(first.Replace('T', ' ').Replace("Z", " UTC"))}</dd></div>
            <div><dt>time in notebooks</dt><dd>{Html.Duration(TimeSpan.FromSeconds(seconds))}</dd></div>
            <div><dt>machine</dt><dd>{Distinct("machine")}</dd></div>
            <div><dt>commit</dt><dd>{Distinct("commit")}</dd></div>
            </dl></section>
            """;
    }
}
