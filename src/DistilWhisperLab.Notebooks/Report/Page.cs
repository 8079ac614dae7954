namespace DistilWhisperLab.Notebooks.Report;

/// <summary>What every page of the report shares. It opens from a folder, without a server or a network.</summary>
internal static class Page
{
    public static string Render(string title, string body, bool withPlotly) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{Html.Encode(title)}</title>
        <link rel="stylesheet" href="assets/report.css">
        {(withPlotly ? $"<script src=\"assets/{PlotlyScript.FileName}\"></script>" : "")}
        </head>
        <body>
        {body}
        </body>
        </html>

        """;
}
