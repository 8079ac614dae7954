using DistilWhisperLab.Experiments;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Experiments;

public sealed class SweepTests : IDisposable
{
    private static readonly Setting[] Settings = [new("few", 1), new("many", 3)];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Every_setting_runs_once_with_every_seed_and_then_comes_from_the_ledger()
    {
        var ran = new List<string>();
        var reports = new Reports();
        var results = Run(Of([1, 2]), Ledger, (setting, seed) => Measure(setting, seed, ran), reports);
        Assert.Equal(["few 1", "many 1", "few 2", "many 2"], ran);
        Assert.Equal((4, 4L), (reports.Seen[^1].Done, reports.Seen[^1].Total));
        Assert.Equal(["live"], Sources(results));

        var again = Run(Of([1, 2, 3]), Ledger, (setting, seed) => Measure(setting, seed, ran));
        Assert.Equal(["few 3", "many 3"], ran.Skip(4));
        Assert.Equal(["from ledger", "live"], Sources(again));
    }

    [Fact]
    public void A_sweep_that_was_stopped_goes_on_where_it_was()
    {
        var ran = new List<string>();
        Assert.Throws<InvalidOperationException>(() => Run(Of([1, 2]), Ledger, (setting, seed) =>
            ran.Count == 3 ? throw new InvalidOperationException() : Measure(setting, seed, ran)));
        Run(Of([1, 2]), Ledger, (setting, seed) => Measure(setting, seed, ran));
        Assert.Equal(["few 1", "many 1", "few 2", "many 2"], ran);
    }

    [Fact]
    public void Runs_to_be_recalled_are_never_computed()
    {
        var shipped = RunLedger.Open(_folder.File("shipped.sqlite"));
        Run(Of([1, 2]), shipped, (setting, seed) => Measure(setting, seed, []));
        var ledger = RunLedger.Open(_folder.File("own.sqlite"), shipped.Path);

        var ran = new List<string>();
        Setting[] more = [.. Settings, new("unknown", 9)];
        var sweep = Sweep.Recall(more, s => s.Name, [1, 2], Key);
        var results = Run(sweep, ledger, (setting, seed) => Measure(setting, seed, ran));
        Assert.Empty(ran);
        Assert.Equal(["shipped"], Sources(results));
        Assert.Equal(["unknown", "unknown"], results.Missing.Select(run => run.Setting));
        Assert.Equal(["few", "many"], Column(results.Summary(), "setting"));
    }

    [Fact]
    public void The_summary_has_mean_and_interval_over_seeds()
    {
        var results = Run(Of([1, 2, 3]), Ledger, (setting, seed) => Measure(setting, seed, []));
        var summary = results.Summary();
        Assert.Equal(["few", "many"], Column(summary, "setting"));
        // Seeds 1, 2 and 3 make 2, 3 and 4 errors in 20 words: mean 15 %, deviation 5 %.
        Assert.Equal(15, (double)summary["wer mean"][0], 1e-9);
        Assert.Equal(15 + 4.30265 * 5 / Math.Sqrt(3), (double)summary["wer high"][0], 1e-3);

        var difference = results.Difference("many", "few");
        Assert.Equal([10, 10, 10], difference.Differences.Select(d => Math.Round(d, 9)));
        Assert.Equal(10, difference.Interval!.Low, 1e-9);
        var drawn = results.WordErrorDifference("many", "few", "test");
        Assert.Equal(10, drawn.Mean, 1e-9);
        // The settings differ in the second utterance alone, which a draw has never, once or twice.
        Assert.Equal(0, drawn.Interval!.Low, 1e-9);
        Assert.Equal(20, drawn.Interval.High, 1e-9);
    }

    [Fact]
    public void A_single_seed_has_no_interval_over_seeds()
    {
        var results = Run(Of([1]), Ledger, (setting, seed) => Measure(setting, seed, []));
        Assert.Null(results.Summary()["wer low"][0]);
        Assert.Null(results.Difference("many", "few").Interval);
        Assert.NotNull(results.WordErrorDifference("many", "few").Interval);
    }

    [Fact]
    public void Comparisons_that_cannot_be_made_are_refused()
    {
        var results = Run(Of([1]), Ledger, (setting, seed) => Measure(setting, seed, []));
        Assert.Contains("same seed", Assert.Throws<LabException>(() => results.Difference("many", "none")).Message);
        Assert.Contains("test", Assert.Throws<LabException>(() => results.WordErrorDifference("many", "few", "other")).Message);
        var twins = Sweep.Over([new Setting("same", 1), new Setting("same", 2)], s => s.Name, [1], Key);
        Assert.Contains("called same", Assert.Throws<LabException>(() => Run(twins, Ledger, (s, seed) => Measure(s, seed, []))).Message);
    }

    public void Dispose() => _folder.Dispose();

    private RunLedger Ledger => RunLedger.Open(_folder.File("ledger.sqlite"));

    private static Sweep<Setting> Of(IEnumerable<int> seeds) => Sweep.Over(Settings, s => s.Name, seeds, Key);

    private static SweepResults Run(
        Sweep<Setting> sweep, RunLedger ledger, Func<Setting, int, RunOutcome> measure, IProgress<Progress>? progress = null) =>
        sweep.Run(ledger, measure, progress, TestContext.Current.CancellationToken);

    private static RunKey Key(Setting setting, int seed) => RunKey.Of(RunKey.Train, "m", "d", new { setting.Errors }, seed, 1);

    /// <summary>Two utterances of ten words; the second has as many errors as the setting says, the first as the seed.</summary>
    private static RunOutcome Measure(Setting setting, int seed, List<string> ran)
    {
        ran.Add($"{setting.Name} {seed}");
        return RunOutcome.Of(new Dictionary<string, WordErrorCounts> { ["test"] = new([seed, setting.Errors], [10, 10]) });
    }

    private static List<string> Sources(SweepResults results) => [.. Column(results.Table, "source").Distinct().Order()];

    private static List<string> Column(Microsoft.Data.Analysis.DataFrame frame, string name) =>
        [.. frame.Rows.Select(row => (string)row[name])];

    private sealed record Setting(string Name, int Errors);

    private sealed class Reports : IProgress<Progress>
    {
        public List<Progress> Seen { get; } = [];

        public void Report(Progress value) => Seen.Add(value);
    }
}
