using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DistilWhisperLab.Notebooks.Running;
using Markdig;

namespace DistilWhisperLab.Notebooks.Report;

/// <summary>The outputs of a cell as HTML: of each value the richest form that a browser shows by itself.</summary>
internal static partial class OutputHtml
{
    public static readonly MarkdownPipeline Markdown =
        new MarkdownPipelineBuilder().UseAdvancedExtensions().Build();

    public static string Render(JsonArray outputs)
    {
        var html = new StringBuilder();
        foreach (var output in outputs.OfType<JsonObject>())
        {
            var rendered = (string?)output["output_type"] switch
            {
                "stream" => Stream(output),
                "error" => Error(output),
                _ => Data(output["data"] as JsonObject ?? []),
            };
            if (rendered.Length > 0)
            {
                html.Append($"<div class=\"output\">{rendered}</div>");
            }
        }

        return html.ToString();
    }

    private static string Stream(JsonObject output) =>
        $"<pre class=\"stream {Html.Encode((string?)output["name"])}\">{Plain(NotebookCell.Joined(output["text"]))}</pre>";

    private static string Error(JsonObject output)
    {
        var trace = string.Join('\n', (output["traceback"] as JsonArray ?? []).Skip(1).Select(line => line?.ToString()));
        return $"<div class=\"error\"><strong>{Html.Encode((string?)output["ename"])}</strong><pre>{Plain(NotebookCell.Joined(output["evalue"]))}</pre>"
            + (trace.Length > 0 ? $"<details><summary>stack</summary><pre>{Plain(trace)}</pre></details>" : "") + "</div>";
    }

    private static string Data(JsonObject data)
    {
        if (data["text/html"] is { } html)
        {
            // The page links to plotly.js instead.
            var text = NotebookCell.Joined(html);
            return text.Contains(PlotlyScript.OutputMark) ? "" : text;
        }

        return data["image/svg+xml"] is { } svg ? NotebookCell.Joined(svg)
            : data["image/png"] is { } png ? $"<img alt=\"\" src=\"data:image/png;base64,{Html.Encode(NotebookCell.Joined(png).Trim())}\">"
            : data["text/markdown"] is { } markdown ? Markdig.Markdown.ToHtml(NotebookCell.Joined(markdown), Markdown)
            : data["text/plain"] is { } plain ? $"<pre>{Plain(NotebookCell.Joined(plain))}</pre>"
            : "";
    }

    private static string Plain(string text) => Html.Encode(TerminalCodes().Replace(text, ""));

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]")]
    private static partial Regex TerminalCodes();
}
