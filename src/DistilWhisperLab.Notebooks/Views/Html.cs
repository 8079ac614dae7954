using System.Net;

namespace DistilWhisperLab.Notebooks;

/// <summary>
/// How the lab's own HTML is written: every text from outside encoded, and colours taken from the surrounding text,
/// so that one output reads well on the light and dark themes of Jupyter, VS Code and the report.
/// </summary>
internal static class Html
{
    /// <summary>A faint line in the colour of the surrounding text.</summary>
    public const string Line = "color-mix(in srgb, currentColor 20%, transparent)";

    /// <summary>A faint fill in the colour of the surrounding text.</summary>
    public const string Fill = "color-mix(in srgb, currentColor 5%, transparent)";

    /// <summary>Encodes text for an element or a quoted attribute.</summary>
    public static string Encode(string? text) => WebUtility.HtmlEncode(text ?? "");

    /// <summary>A number as a reader wants it: integers grouped, two decimals from one on and four below, tiny and huge ones in G4.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
        }

        var magnitude = Math.Abs(value);
        var text = magnitude is > 0 and (< 1e-4 or >= 1e15) ? value.ToString("G4")
            : magnitude >= 10_000 ? value.ToString("#,0.##")
            : value.ToString(magnitude >= 1 ? "0.##" : "0.####");
        return text.Replace('-', '−');
    }

    /// <summary>A span of time: <c>0.4 s</c>, <c>12.3 s</c>, <c>3:07</c>, <c>1:02:33</c>.</summary>
    public static string Duration(TimeSpan span) =>
        span.TotalSeconds < 60 ? $"{span.TotalSeconds:0.0} s"
        : span.TotalHours < 1 ? $"{(int)span.TotalMinutes}:{span.Seconds:00}"
        : $"{(int)span.TotalHours}:{span.Minutes:00}:{span.Seconds:00}";
}
