using System.Globalization;
using System.Text;

namespace DistilWhisperLab.Distillation;

/// <summary>What finished labels look like.</summary>
/// <param name="Labels">How many there are.</param>
/// <param name="Wer">The word error rate over all of them, in percent.</param>
/// <param name="Histogram">Labels by their own word error rate.</param>
/// <param name="Kept">For each threshold the share that the filter keeps.</param>
/// <param name="Worst">The labels farthest from their truth.</param>
public sealed record PseudoLabelSummary(
    int Labels,
    double Wer,
    IReadOnlyList<PseudoLabelSummary.Bin> Histogram,
    IReadOnlyList<PseudoLabelSummary.Share> Kept,
    IReadOnlyList<PseudoLabelSummary.Example> Worst)
{
    private const int Examples = 10;

    // Word error rates in percent; the last bin is open.
    private static readonly double[] Edges = [0, 5, 10, 15, 20, 30, 40, 60, 80, 100];

    /// <summary>The thresholds of the paper's Table 10.</summary>
    public static IReadOnlyList<double> Thresholds { get; } = [5, 10, 15, 20, 40, 80];

    /// <summary>Labels whose word error rate is at least <paramref name="From"/> and below <paramref name="To"/> percent.</summary>
    public sealed record Bin(double From, double To, int Count);

    /// <summary>The share, in [0, 1], that a threshold in percent keeps.</summary>
    public sealed record Share(double Threshold, double Kept);

    /// <summary>A label beside its truth.</summary>
    public sealed record Example(string Id, double Wer, string Truth, string Label);

    /// <summary>Looks at labels.</summary>
    public static PseudoLabelSummary Of(IReadOnlyList<PseudoLabel> labels) => new(
        labels.Count,
        100.0 * labels.Sum(l => l.Errors) / Math.Max(1, labels.Sum(l => l.TruthWords)),
        [.. Edges.Zip([.. Edges.Skip(1), double.PositiveInfinity], (from, to) =>
            new Bin(from, to, labels.Count(l => l.Wer >= from && (l.Wer < to || double.IsInfinity(to)))))],
        [.. Thresholds.Select(threshold => new Share(
            threshold, labels.Count(new PseudoLabelFilter(threshold).Keeps) / (double)Math.Max(1, labels.Count)))],
        [.. labels.OrderByDescending(l => l.Wer).ThenByDescending(l => l.Errors).Take(Examples)
            .Where(l => l.Errors > 0)
            .Select(l => new Example(l.Id, Math.Round(l.Wer, 1), l.Truth, l.Text))]);

    /// <summary>For the console.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Labels} labels, WER {Wer:0.0} %");
        foreach (var bin in Histogram)
        {
            var share = bin.Count / (double)Math.Max(1, Labels);
            var range = double.IsInfinity(bin.To) ? $"{bin.From} % or more" : $"{bin.From} to {bin.To} %";
            text.AppendLine(CultureInfo.InvariantCulture, $"  {range,-14} {bin.Count,8} {share,6:0.0%} {new string('#', (int)Math.Round(40 * share))}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"Kept below a threshold of: {string.Join(", ", Kept.Select(k => $"{k.Threshold} % {k.Kept:0.0%}"))}");
        foreach (var example in Worst)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {example.Id} ({example.Wer} %)").AppendLine($"    said:    {example.Truth}").AppendLine($"    written: {example.Label}");
        }

        return text.ToString().TrimEnd();
    }
}
