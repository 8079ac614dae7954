using Plotly.NET;
using Plotly.NET.CSharp;
using Chart = Plotly.NET.CSharp.Chart;

namespace DistilWhisperLab.Notebooks;

/// <summary>A value for each of some names: one upright bar each.</summary>
public static class Columns
{
    /// <summary>Columns from left to right.</summary>
    public static GenericChart Of(IEnumerable<string> names, IEnumerable<double> values) =>
        // C# converts nothing implicitly from an interface, so the optional is spelled out.
        Chart.Column<double, string, string>(values.ToList(), Keys: new Optional<IEnumerable<string>>([.. names], true));
}
