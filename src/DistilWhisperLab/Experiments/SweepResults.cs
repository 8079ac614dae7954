using Microsoft.Data.Analysis;

namespace DistilWhisperLab.Experiments;

/// <summary>One run of a sweep.</summary>
/// <param name="Setting">The setting's name.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Record">What was measured, with where it comes from; null where no ledger has a run that was only to be recalled.</param>
public sealed record SweepRun(string Setting, int Seed, RunRecord? Record);

/// <summary>What a sweep found.</summary>
/// <param name="Runs">Its runs in the order in which they were planned.</param>
public sealed record SweepResults(IReadOnlyList<SweepRun> Runs)
{
    /// <summary>The metric that is the mean word error rate of a run's test sets, in percent.</summary>
    public const string Wer = "wer";

    /// <summary>The settings in order.</summary>
    public IReadOnlyList<string> Settings => [.. Runs.Select(run => run.Setting).Distinct()];

    /// <summary>The runs that are there, a row each: setting, seed, source, every metric, minutes.</summary>
    public DataFrame Table
    {
        get
        {
            var found = Runs.Where(run => run.Record is not null).ToList();
            var metrics = found.SelectMany(run => run.Record!.Metrics.Keys).Distinct();
            return new DataFrame(
            [
                new StringDataFrameColumn("setting", found.Select(run => run.Setting)),
                new Int32DataFrameColumn("seed", found.Select(run => run.Seed)),
                new StringDataFrameColumn("source", found.Select(run => run.Record!.Source.Text())),
                .. metrics.Select(metric => new DoubleDataFrameColumn(metric, found.Select(run => Metric(run, metric)))),
                new DoubleDataFrameColumn("minutes", found.Select(run => run.Record!.Minutes)),
            ]);
        }
    }

    /// <summary>The runs that no ledger has and that were not to be computed.</summary>
    public IReadOnlyList<SweepRun> Missing => [.. Runs.Where(run => run.Record is null)];

    /// <summary>
    /// A row a setting: its runs, where they come from, the metric's mean and the 95 % interval of that mean over seeds
    /// (Student's t; empty for a single seed).
    /// </summary>
    public DataFrame Summary(string metric = Wer)
    {
        var rows = Settings.Select(setting => (Name: setting, Values: BySeed(setting, metric))).Where(row => row.Values.Count > 0).ToList();
        var intervals = rows.ConvertAll(row => StudentT.MeanInterval([.. row.Values.Values]));
        return new DataFrame(
            new StringDataFrameColumn("setting", rows.Select(row => row.Name)),
            new Int32DataFrameColumn("seeds", rows.Select(row => row.Values.Count)),
            new StringDataFrameColumn("source", rows.Select(row => Sources(row.Name))),
            new DoubleDataFrameColumn($"{metric} mean", rows.Select(row => row.Values.Values.Average())),
            new DoubleDataFrameColumn($"{metric} low", intervals.Select(interval => interval?.Low)),
            new DoubleDataFrameColumn($"{metric} high", intervals.Select(interval => interval?.High)));
    }

    /// <summary>A metric of a setting by seed.</summary>
    public IReadOnlyDictionary<int, double> BySeed(string setting, string metric = Wer) =>
        Of(setting).Where(run => Metric(run, metric) is not null).ToDictionary(run => run.Seed, run => Metric(run, metric)!.Value);

    /// <summary>How much a setting exceeds the baseline in a metric, paired by seed, with the interval over seeds.</summary>
    /// <exception cref="LabException">They have no seed in common.</exception>
    public PairedDifference Difference(string setting, string baseline, string metric = Wer) =>
        PairedDifference.Of(setting, BySeed(setting, metric), baseline, BySeed(baseline, metric));

    /// <summary>
    /// How much a setting's word error rate exceeds the baseline's, in percentage points, mean over test sets, with an
    /// interval over seeds and utterances (<see cref="SeedBootstrap"/>).
    /// </summary>
    /// <param name="setting">The setting.</param>
    /// <param name="baseline">What it is compared with.</param>
    /// <param name="sets">The test sets; none means all that were recorded.</param>
    /// <exception cref="LabException">They have no seed in common, or no word errors of these sets.</exception>
    public PairedDifference WordErrorDifference(string setting, string baseline, params string[] sets)
    {
        var (left, right) = (Counts(setting, sets), Counts(baseline, sets));
        var paired = PairedDifference.Of(setting, Rates(left), baseline, Rates(right));
        return paired with
        {
            Interval = SeedBootstrap.Difference([.. paired.Seeds.Select(s => left[s])], [.. paired.Seeds.Select(s => right[s])]),
        };

        static Dictionary<int, double> Rates(Dictionary<int, IReadOnlyList<WordErrorCounts>> runs) =>
            runs.ToDictionary(run => run.Key, run => run.Value.Average(set => set.Rate));
    }

    /// <summary>The counts by seed, the sets in one order for all.</summary>
    private Dictionary<int, IReadOnlyList<WordErrorCounts>> Counts(string setting, string[] sets) =>
        Of(setting).ToDictionary(run => run.Seed, IReadOnlyList<WordErrorCounts> (run) =>
        {
            var recorded = run.Record!.WordErrors;
            var wanted = sets.Length > 0 ? sets : [.. recorded.Keys.Order(StringComparer.Ordinal)];
            return wanted.Length > 0 && wanted.All(recorded.ContainsKey)
                ? [.. wanted.Select(set => recorded[set])]
                : throw new LabException($"The run of {setting} with seed {run.Seed} has word errors of the sets {string.Join(", ", recorded.Keys)} only; compare these.");
        });

    private IEnumerable<SweepRun> Of(string setting) => Runs.Where(run => run.Setting == setting && run.Record is not null);

    private string Sources(string setting) =>
        string.Join(", ", Of(setting).Select(run => run.Record!.Source.Text()).Distinct());

    private static double? Metric(SweepRun run, string metric) =>
        run.Record is { } record && record.Metrics.TryGetValue(metric, out var value) ? value : null;
}
