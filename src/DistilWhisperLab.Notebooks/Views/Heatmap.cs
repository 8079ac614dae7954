using Plotly.NET;
using Plotly.NET.CSharp;
using static TorchSharp.torch;
using Chart = Plotly.NET.CSharp.Chart;

namespace DistilWhisperLab.Notebooks;

/// <summary>A matrix as a picture.</summary>
public static class Heatmap
{
    /// <summary>A heat map, first row at the bottom.</summary>
    /// <param name="matrix"><c>[rows, columns]</c>.</param>
    /// <param name="x">The place of each column.</param>
    /// <param name="y">The label of each row; its number where null.</param>
    public static GenericChart Of(Tensor matrix, IEnumerable<double> x, IEnumerable<string>? y = null)
    {
        using var scope = NewDisposeScope();
        var values = matrix.to(ScalarType.Float32).cpu().contiguous();
        var rows = Enumerable.Range(0, (int)values.shape[0]).Select(row => (IEnumerable<float>)values[row].data<float>().ToArray());
        // C# converts nothing implicitly from an interface, so the optionals are spelled out.
        return Chart.Heatmap<float, double, string, string>(
            rows.ToList(),
            X: new Optional<IEnumerable<double>>([.. x], true),
            Y: new Optional<IEnumerable<string>>([.. y ?? Enumerable.Range(0, (int)values.shape[0]).Select(i => $"{i}")], true),
            ColorScale: StyleParam.Colorscale.Viridis);
    }
}
