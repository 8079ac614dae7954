using DistilWhisperLab.Audio;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Text;
using Microsoft.Data.Analysis;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET;

namespace DistilWhisperLab.Notebooks;

/// <summary>How a notebook shows the lab's values: as HTML, with a line of plain text for viewers that have none.</summary>
internal static class Formatters
{
    public static void Register()
    {
        Register<GenericChart>(ChartView.Render, ChartView.Text);
        Register<PlotlyScript>(_ => PlotlyScript.ToHtml(), _ => $"[plotly.js {PlotlyScript.Version}]");
        Register<DataFrame>(DataFrameTable.Render, frame => frame.ToString());
        Register<AudioPlayer>(player => player.ToHtml(), player => $"[audio: {player.Caption} {player.Clip.Duration:0.00} s]");
        Register<AudioClip>(clip => new AudioPlayer(clip).ToHtml(), clip => $"[audio: {clip.Duration:0.00} s]");
        Register<TranscriptView>(view => view.ToHtml(), view => view.ToText());
        Register<WordAlignment>(words => new TranscriptView(words).ToHtml(), words => new TranscriptView(words).ToText());
        Register<ProgressView>(view => view.ToHtml(), view => view.ToText());
        Register<Claim>(ClaimCard.Render, ClaimCard.Text);
        Formatter.Register<Claim>(claim => claim.ToJson().ToJsonString(), ClaimCard.MimeType);
        Formatter.SetPreferredMimeTypesFor(typeof(Claim), HtmlFormatter.MimeType, PlainTextFormatter.MimeType, ClaimCard.MimeType);
    }

    private static void Register<T>(Func<T, string> html, Func<T, string> text)
    {
        Formatter.Register(html, HtmlFormatter.MimeType);
        Formatter.Register(text, PlainTextFormatter.MimeType);
        Formatter.SetPreferredMimeTypesFor(typeof(T), HtmlFormatter.MimeType, PlainTextFormatter.MimeType);
    }
}
