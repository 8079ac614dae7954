using System.IO.Compression;
using Plotly.NET;

namespace DistilWhisperLab.Notebooks;

/// <summary>
/// The plotly.js that comes inside Plotly.NET's assembly; nothing is ever taken from a network. A notebook displays
/// it once, in its setup cell, and every chart after it waits for it; a page of the report links to one file instead.
/// </summary>
public sealed class PlotlyScript
{
    private const string Prefix = "Plotly.NET.plotly-";

    private PlotlyScript()
    {
    }

    /// <summary>The script, to be displayed in a notebook's setup cell.</summary>
    public static PlotlyScript Instance { get; } = new();

    /// <summary>The version, for example <c>2.28.0</c>.</summary>
    public static string Version { get; } = ResourceName[Prefix.Length..^".min.js".Length];

    /// <summary>The name of the script's file in the assets of a report.</summary>
    public static string FileName => $"plotly-{Version}.min.js";

    /// <summary>Marks the output that carries the script, so that the report can leave it out.</summary>
    internal const string OutputMark = "data-distilwhisperlab-plotly";

    private static string ResourceName =>
        Array.Find(
            typeof(GenericChart).Assembly.GetManifestResourceNames(),
            name => name.StartsWith(Prefix) && name.EndsWith(".min.js"))
        ?? throw new LabException("Plotly.NET's assembly carries no plotly.js; restore the version pinned in Directory.Packages.props.");

    /// <summary>Opens the script.</summary>
    internal static Stream Open() => typeof(GenericChart).Assembly.GetManifestResourceStream(ResourceName)!;

    // Compressed, a saved notebook carries 1.4 MB instead of 3.6. The wrapper hides AMD's define (classic Jupyter,
    // nbconvert) and CommonJS from plotly.js, which would otherwise not become window.Plotly.
    internal static string ToHtml()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        using (var script = Open())
        {
            script.CopyTo(gzip);
        }

        return $$"""
            <script {{OutputMark}}="{{Version}}">(function(){if(window.Plotly)return;
            var packed=Uint8Array.from(atob("{{Convert.ToBase64String(packed.ToArray())}}"),function(c){return c.charCodeAt(0)});
            new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text().then(function(text){
            var script=document.createElement("script");
            script.textContent="(function(define,module,exports){"+text+"\n}).call(window)";
            document.head.appendChild(script)})})()</script>
            """;
    }
}
