using Plotly.NET;
using Plotly.NET.CSharp;
using Chart = Plotly.NET.CSharp.Chart;

namespace DistilWhisperLab.Notebooks;

/// <summary>Totals and what they are made of: one horizontal bar each, in coloured parts.</summary>
public static class StackedBars
{
    /// <summary>Bars from top to bottom.</summary>
    /// <param name="names">The name of each bar.</param>
    /// <param name="parts">The name of each part and its size in every bar.</param>
    public static GenericChart Of(IEnumerable<string> names, IEnumerable<(string Part, IEnumerable<double> Sizes)> parts)
    {
        // Plotly draws from the bottom to the top.
        var keys = names.Reverse().ToList();
        return Chart.Combine(parts.Select(part => Chart.StackedBar<double, string, string>(
            values: part.Sizes.Reverse().ToList(),
            Keys: new Optional<IEnumerable<string>>(keys, true),
            Name: part.Part)));
    }
}
