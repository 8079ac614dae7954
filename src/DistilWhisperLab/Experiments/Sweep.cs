using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Experiments;

/// <summary>Makes sweeps; the settings' type is inferred.</summary>
public static class Sweep
{
    /// <summary>A list of settings, each run with each seed.</summary>
    /// <param name="settings">The settings, in the order of the tables.</param>
    /// <param name="name">What tables call a setting; no two the same.</param>
    /// <param name="seeds">The seeds.</param>
    /// <param name="key">What makes a run the same run, by which the ledger is asked for it.</param>
    public static Sweep<T> Over<T>(
        IEnumerable<T> settings, Func<T, string> name, IEnumerable<int> seeds, Func<T, int, RunKey> key) =>
        new(name, key, Planned(settings, seeds, live: true));

    /// <summary>
    /// A sweep whose runs are only taken from the ledger: a small profile shows a full study's points without computing
    /// them.
    /// </summary>
    /// <param name="settings">The settings, in the order of the tables.</param>
    /// <param name="name">What tables call a setting; no two the same.</param>
    /// <param name="seeds">The seeds.</param>
    /// <param name="key">What makes a run the same run.</param>
    public static Sweep<T> Recall<T>(
        IEnumerable<T> settings, Func<T, string> name, IEnumerable<int> seeds, Func<T, int, RunKey> key) =>
        new(name, key, Planned(settings, seeds, live: false));

    private static List<(T Setting, int Seed, bool Live)> Planned<T>(IEnumerable<T> settings, IEnumerable<int> seeds, bool live)
    {
        var list = settings.ToList();
        // Seed by seed: a sweep that was stopped has run its settings equally often.
        return [.. seeds.SelectMany(seed => list.Select(setting => (setting, seed, live)))];
    }
}

/// <summary>
/// Settings times seeds. Each run is asked of the ledger first and recorded as soon as it is done, so a sweep that was
/// stopped goes on where it was.
/// </summary>
/// <typeparam name="T">A setting.</typeparam>
public sealed class Sweep<T>
{
    private readonly Func<T, string> _name;
    private readonly Func<T, int, RunKey> _key;
    private readonly List<(T Setting, int Seed, bool Live)> _planned;

    internal Sweep(Func<T, string> name, Func<T, int, RunKey> key, List<(T Setting, int Seed, bool Live)> planned) =>
        (_name, _key, _planned) = (name, key, planned);

    /// <summary>Takes from the ledger what it has, computes the rest in order, and records it.</summary>
    /// <param name="ledger">Asked first, told of every run computed.</param>
    /// <param name="measure">Computes one run of a setting with a seed.</param>
    /// <param name="progress">Told of the runs done; null for none.</param>
    /// <param name="stop">Stops between two runs.</param>
    /// <exception cref="LabException">Two settings have one name.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; what is done is in the ledger.</exception>
    public SweepResults Run(
        RunLedger ledger, Func<T, int, RunOutcome> measure, IProgress<Progress>? progress = null, CancellationToken stop = default)
    {
        CheckNames();
        var runs = new List<SweepRun>();
        foreach (var (setting, seed, live) in _planned)
        {
            stop.ThrowIfCancellationRequested();
            var (name, key) = (_name(setting), _key(setting, seed));
            progress?.Report(new Progress("Sweep", runs.Count, _planned.Count, $"{name}, seed {seed}"));
            var run = live ? ledger.FindOrRun(key, name, () => measure(setting, seed)) : ledger.Find(key);
            runs.Add(new SweepRun(name, seed, run));
        }

        progress?.Report(new Progress("Sweep", runs.Count, _planned.Count));
        return new SweepResults(runs);
    }

    private void CheckNames()
    {
        var twice = _planned.GroupBy(run => (Name: _name(run.Setting), run.Seed)).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new LabException($"Two settings of the sweep are called {twice.Key.Name}; give each a name of its own.");
        }
    }
}
