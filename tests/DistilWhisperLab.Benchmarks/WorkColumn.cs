using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace DistilWhisperLab.Benchmarks;

/// <summary>A column made of a benchmark's work and its median time; absent from tables that have no such work.</summary>
/// <param name="name">The heading.</param>
/// <param name="legend">What it says, printed below the table.</param>
/// <param name="format">The number's format.</param>
/// <param name="value">The number for work done in so many seconds; 0 for none.</param>
internal sealed class WorkColumn(string name, string legend, string format, Func<Work, double, double> value) : IColumn
{
    public static IColumn[] All { get; } =
    [
        new WorkColumn("GFLOP", "Floating-point operations of one operation, counted from shapes", "0.00", (work, _) => work.Flops / 1e9),
        new WorkColumn("GFLOP/s", "The same in a second of the median time, which the columns to the right go by too", "0.0", (work, seconds) => work.Flops / seconds / 1e9),
        new WorkColumn(
            "Of matmul",
            "GFLOP/s as a share of what a 1024³ fp32 matmul reached between the iterations",
            "0 %",
            (work, seconds) => work.MatmulRate > 0 ? work.Flops / seconds / work.MatmulRate : 0),
        new WorkColumn("GB/s", "Bytes read in a second", "0.0", (work, seconds) => work.Bytes / seconds / 1e9),
        new WorkColumn(
            "RTF",
            "Real-time factor: seconds for a second of sound",
            "0.0000",
            (work, seconds) => work.AudioSeconds > 0 ? seconds / work.AudioSeconds : 0),
    ];

    public string Id => "Work." + name;

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => Array.IndexOf(All, this);

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        Number(summary, benchmarkCase) is > 0 and var number ? number.ToString(format) : "-";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(benchmark => Number(summary, benchmark) > 0);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    private double Number(Summary summary, BenchmarkCase benchmark) =>
        Work.Of(benchmark) is { } work && summary[benchmark]?.ResultStatistics is { } statistics
            ? value(work, statistics.Median / 1e9)
            : 0;
}
