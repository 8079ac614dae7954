using Plotly.NET;
using Plotly.NET.CSharp;
using Chart = Plotly.NET.CSharp.Chart;

namespace DistilWhisperLab.Notebooks;

/// <summary>A scatter of models: every point carries its name.</summary>
public static class NamedPoints
{
    /// <summary>One series of points, each with its name above it.</summary>
    /// <param name="series">The name of the series, for the legend.</param>
    /// <param name="points">Name and place of each point.</param>
    public static GenericChart Of(string series, IEnumerable<(string Name, double X, double Y)> points)
    {
        var all = points.ToList();
        // C# converts nothing implicitly from an interface, so the optional is spelled out.
        return Chart.Point<double, double, string>(
            x: all.Select(p => p.X), y: all.Select(p => p.Y), Name: series,
            MultiText: new Optional<IEnumerable<string>>(all.Select(p => p.Name).ToList(), true),
            TextPosition: StyleParam.TextPosition.TopCenter);
    }
}
