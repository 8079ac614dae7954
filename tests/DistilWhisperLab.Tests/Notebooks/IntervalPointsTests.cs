using System.Text.Json.Nodes;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Notebooks;
using Plotly.NET;

namespace DistilWhisperLab.Tests.Notebooks;

public class IntervalPointsTests
{
    [Fact]
    public void Each_point_has_its_interval_and_what_was_recalled_is_hollow()
    {
        var trace = Trace(IntervalPoints.Of("lab", [
            new IntervalPoint("100", 20, new Interval(18, 25)),
            new IntervalPoint("10", 15, Recalled: true)]));

        Assert.Equal("lab", trace["name"]!.GetValue<string>());
        Assert.Equal(["100", "10"], trace["x"]!.AsArray().Select(x => x!.GetValue<string>()));
        Assert.Equal([5.0, 0], trace["error_y"]!["array"]!.AsArray().Select(e => e!.GetValue<double>()));
        Assert.Equal([2.0, 0], trace["error_y"]!["arrayminus"]!.AsArray().Select(e => e!.GetValue<double>()));
        Assert.Equal(["circle", "circle-open"], trace["marker"]!["symbol"]!.AsArray().Select(s => s!.GetValue<string>()));
    }

    [Fact]
    public void A_sweeps_points_are_the_means_of_the_settings_that_have_runs()
    {
        SweepRun Run(string setting, int seed, double? wer, RunSource source = RunSource.Live) => new(setting, seed, wer is null ? null : RunRecord.Of(
            RunKey.Of(RunKey.Train, "m", "d", new { setting }, seed, 1), setting, new RunOutcome(new Dictionary<string, double> { ["wer"] = wer.Value }),
            DateTimeOffset.UnixEpoch, TimeSpan.Zero) with
        { Source = source });

        var trace = Trace(IntervalPoints.Of("lab", new SweepResults([
            Run("a", 1, 10), Run("a", 2, 14), Run("b", 1, 7, RunSource.Shipped), Run("c", 1, null)]), "wer"));

        Assert.Equal(["a", "b"], trace["x"]!.AsArray().Select(x => x!.GetValue<string>()));
        Assert.Equal([12.0, 7], trace["y"]!.AsArray().Select(y => y!.GetValue<double>()));
        // Two seeds: mean 12, deviation 2.83, t of one degree of freedom 12.7.
        Assert.Equal(12.706 * 2, trace["error_y"]!["array"]![0]!.GetValue<double>(), 1e-2);
        Assert.Equal(["circle", "circle-open"], trace["marker"]!["symbol"]!.AsArray().Select(s => s!.GetValue<string>()));
    }

    private static JsonNode Trace(GenericChart chart) => JsonNode.Parse(GenericChart.toFigureJson(chart))!["data"]![0]!;
}
