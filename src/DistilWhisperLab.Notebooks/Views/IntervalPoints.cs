using DistilWhisperLab.Experiments;
using Microsoft.FSharp.Core;
using Plotly.NET;
using Chart = Plotly.NET.CSharp.Chart;

namespace DistilWhisperLab.Notebooks;

/// <summary>A figure of one setting, with its interval where there are several seeds.</summary>
/// <param name="Setting">The setting's name, its place on the horizontal axis.</param>
/// <param name="Value">The figure.</param>
/// <param name="Interval">Its interval; null for none.</param>
/// <param name="Recalled">Whether it was taken from a ledger: such points are drawn hollow.</param>
public sealed record IntervalPoint(string Setting, double Value, Interval? Interval = null, bool Recalled = false);

/// <summary>A study's figures: a point a setting with its interval, joined by a line.</summary>
public static class IntervalPoints
{
    /// <summary>One series.</summary>
    /// <param name="series">Its name, for the legend.</param>
    /// <param name="points">Its points from left to right.</param>
    public static GenericChart Of(string series, IEnumerable<IntervalPoint> points)
    {
        var all = points.ToList();
        var chart = Chart.Line<string, double, string>(
            x: all.Select(p => p.Setting), y: all.Select(p => p.Value), Name: series, ShowMarkers: true);
        return GenericChart.mapTrace(FuncConvert.FromFunc<Trace, Trace>(trace => Decorated(trace, all)), chart);
    }

    /// <summary>A sweep's figures: the mean over seeds of each setting that has runs.</summary>
    /// <param name="series">The series' name.</param>
    /// <param name="results">The sweep.</param>
    /// <param name="metric">The figure, for example <c>wer_id</c>.</param>
    public static GenericChart Of(string series, SweepResults results, string metric) =>
        Of(series, results.Settings
            .Select(setting => (Name: setting, Values: results.BySeed(setting, metric).Values.ToList()))
            .Where(row => row.Values.Count > 0)
            .Select(row => new IntervalPoint(
                row.Name,
                row.Values.Average(),
                StudentT.MeanInterval(row.Values),
                results.Runs.Where(run => run.Setting == row.Name).All(run => run.Record?.Source != RunSource.Live))));

    private static Trace Decorated(Trace trace, List<IntervalPoint> points)
    {
        var error = new DynamicObj.DynamicObj();
        error.SetProperty("type", "data");
        error.SetProperty("symmetric", false);
        error.SetProperty("array", points.Select(p => p.Interval is { } i ? i.High - p.Value : 0).ToArray());
        error.SetProperty("arrayminus", points.Select(p => p.Interval is { } i ? p.Value - i.Low : 0).ToArray());
        trace.SetProperty("error_y", error);
        var marker = new DynamicObj.DynamicObj();
        marker.SetProperty("symbol", points.Select(p => p.Recalled ? "circle-open" : "circle").ToArray());
        marker.SetProperty("size", 9);
        trace.SetProperty("marker", marker);
        return trace;
    }
}
