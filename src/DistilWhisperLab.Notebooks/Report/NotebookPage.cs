using System.Text;
using DistilWhisperLab.Notebooks.Running;

namespace DistilWhisperLab.Notebooks.Report;

/// <summary>An executed notebook as a page: text, code that folds away, outputs, and the way to the other notebooks.</summary>
internal static class NotebookPage
{
    public static string Render(NotebookDocument notebook, IReadOnlyList<SeriesEntry> series)
    {
        var html = new StringBuilder();
        foreach (var cell in notebook.Cells)
        {
            html.Append(cell.Kind switch
            {
                "markdown" => $"<section class=\"prose\">{Markdig.Markdown.ToHtml(cell.Source, OutputHtml.Markdown)}</section>\n",
                "code" => Code(cell),
                _ => "",
            });
        }

        var body =
            $"""
            <div class="layout">
            <nav class="series" aria-label="The series">{SeriesLinks(notebook.Name, series)}</nav>
            <main class="notebook">
            <p class="run">{RunLine(notebook)} <button type="button" id="fold">hide code</button></p>
            {html}
            <nav class="turn">{Turn(notebook.Name, series)}</nav>
            </main>
            </div>
            <script>document.getElementById("fold").onclick=function(){Fold}</script>
            """;
        return Page.Render($"{notebook.Title} · DistilWhisperLab", body, withPlotly: true);
    }

    private const string Fold =
        """
        {var open=document.querySelector("details.code[open]")!==null;document.querySelectorAll("details.code").forEach(function(d){d.open=!open});
        this.textContent=open?"show code":"hide code"}
        """;

    private static string Code(NotebookCell cell)
    {
        if (cell.Source.Trim().Length == 0)
        {
            return "";
        }

        var failed = cell.Outputs.Any(output => (string?)output?["output_type"] == "error");
        var state = failed ? " failed" : cell.Seconds is null ? " skipped" : "";
        var note = cell.Seconds is { } seconds ? Html.Duration(TimeSpan.FromSeconds(seconds)) : "not run";
        var tag = cell.Tags is [var first, ..] ? first : null;
        return
            $"""
            <section class="cell{state}"><details class="code" open><summary><span class="count">{cell.ExecutionCount?.ToString() ?? "·"}</span>{(tag is null ? "" : $"<span class=\"tag\">{Html.Encode(tag)}</span>")}<span class="time">{note}</span></summary><pre><code>{CodeHighlighter.Highlight(cell.Source.Trim('\n', '\r'))}</code></pre></details>{OutputHtml.Render(cell.Outputs)}</section>

            """;
    }

    private static string RunLine(NotebookDocument notebook)
    {
        if (notebook.RunNotes is not { } notes)
        {
            return "";
        }

        var duration = Html.Duration(TimeSpan.FromSeconds((double?)notes["seconds"] ?? 0));
        return Html.Encode($"profile {notes["profile"]} · {((string?)notes["started"])?[..10]} · {duration}")
            + ((bool?)notes["failed"] == true ? " · <strong class=\"bad\">a cell failed</strong>" : "");
    }

    private static string SeriesLinks(string current, IReadOnlyList<SeriesEntry> series)
    {
        var html = new StringBuilder("<a class=\"home\" href=\"index.html\">DistilWhisperLab</a><ol>");
        foreach (var entry in series)
        {
            var label = $"<span>{Html.Encode(entry.Number)}</span>{Html.Encode(entry.Title)}";
            html.Append(entry.Name == current ? $"<li aria-current=\"page\">{label}</li>"
                : entry.Executed is null ? $"<li class=\"absent\">{label}</li>"
                : $"<li><a href=\"{Html.Encode(entry.Href)}\">{label}</a></li>");
        }

        return html.Append("</ol>").ToString();
    }

    private static string Turn(string current, IReadOnlyList<SeriesEntry> series)
    {
        var pages = series.Where(entry => entry.Executed is not null).ToList();
        var at = pages.FindIndex(entry => entry.Name == current);
        var before = at > 0 ? pages[at - 1] : null;
        var after = at >= 0 && at < pages.Count - 1 ? pages[at + 1] : null;
        return (before is null ? "<span></span>" : $"<a href=\"{Html.Encode(before.Href)}\">← {Html.Encode(before.Title)}</a>")
            + (after is null ? "<a href=\"index.html\">all notebooks</a>" : $"<a href=\"{Html.Encode(after.Href)}\">{Html.Encode(after.Title)} →</a>");
    }
}
