using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Formatting;
using Chart = Plotly.NET.CSharp.Chart;

namespace DistilWhisperLab.Notebooks;

/// <summary>
/// A chart that grows while something is trained: an output that is drawn anew every other second and once more at
/// the end, which <see cref="Dispose"/> says. Outside a notebook it shows nothing.
/// </summary>
/// <param name="title">Above it.</param>
/// <param name="x">The horizontal axis.</param>
/// <param name="y">The vertical axis.</param>
public sealed class LiveChart(string title, string x, string y) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly Dictionary<string, (List<double> X, List<double> Y)> _series = [];
    private DisplayedValue? _display;
    private long? _shown;

    /// <summary>Adds a point to a curve, which begins with its first one.</summary>
    public void Add(string series, double x, double y)
    {
        if (!_series.TryGetValue(series, out var points))
        {
            _series[series] = points = ([], []);
        }

        points.X.Add(x);
        points.Y.Add(y);
        if (_shown is not { } shown || _clock.GetElapsedTime(shown) >= Pause)
        {
            Show();
        }
    }

    /// <summary>Draws all points.</summary>
    public void Dispose() => Show();

    private void Show()
    {
        if (_series.Count == 0)
        {
            return;
        }

        _shown = _clock.GetTimestamp();
        var chart = Chart
            .Combine([.. _series.Select(s => Chart.Line<double, double, string>(x: s.Value.X, y: s.Value.Y, Name: s.Key))])
            .Titled(title, x, y);
        if (_display is not null)
        {
            _display.Update(chart);
        }
        else if (KernelInvocationContext.Current is { } context)
        {
            _display = context.Display(chart);
        }
    }
}
