using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Experiments;

/// <summary>What became of a run that was given to a ledger.</summary>
public enum RecordOutcome
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>The ledger had a run of the same key, and has it still.</summary>
    Kept,

    /// <summary>It took the place of a run of the same key, or is new.</summary>
    Replaced,
}

/// <summary>Which runs are wanted; what is null does not matter.</summary>
/// <param name="Kind">The runs' kind.</param>
/// <param name="Name">A part of their names.</param>
public sealed record RunFilter(string? Kind = null, string? Name = null)
{
    internal bool Takes(RunRecord run) =>
        (Kind is null || run.Key.Kind == Kind) && (Name is null || run.Name.Contains(Name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>
/// Every run ever made here, and behind it the runs that the lab ships with. A study asks it before it computes
/// anything, so one killed half way goes on where it was. Safe for any number of threads and processes.
/// </summary>
public sealed class RunLedger
{
    private readonly LedgerFile _own;
    private readonly LedgerFile? _shipped;

    private RunLedger(LedgerFile own, LedgerFile? shipped) => (_own, _shipped) = (own, shipped);

    /// <summary>The user's own ledger, artifacts/ledger.sqlite, and behind it the shipped one, data/ledger.sqlite.</summary>
    /// <exception cref="LedgerException">One of them is no ledger, or a newer one.</exception>
    public static RunLedger Default =>
        Open(System.IO.Path.Combine(LabPaths.Artifacts, "ledger.sqlite"), System.IO.Path.Combine(LabPaths.Data, "ledger.sqlite"));

    /// <summary>The file that runs are recorded in.</summary>
    public string Path => _own.Path;

    /// <summary>Opens a ledger, or creates it.</summary>
    /// <param name="path">The file that runs are recorded in.</param>
    /// <param name="shipped">A ledger asked after it and never written; null, or a file that does not exist, for none.</param>
    /// <exception cref="LedgerException">A file is no ledger, a newer one, or cannot be read or written.</exception>
    public static RunLedger Open(string path, string? shipped = null)
    {
        var behind = File.Exists(shipped) ? new LedgerFile(shipped, shipped: true) : null;
        var ledger = new RunLedger(new LedgerFile(path, shipped: false), behind);
        ledger._own.Prepare();
        behind?.Prepare();
        return ledger;
    }

    /// <summary>The run of a key, or null; its <see cref="RunRecord.Source"/> says which ledger had it.</summary>
    public RunRecord? Find(RunKey key) => Select("id = $value", key.Id).FirstOrDefault();

    /// <summary>The runs whose key's id begins so.</summary>
    public IReadOnlyList<RunRecord> WithId(string beginning) =>
        [.. Select("substr(id, 1, length($value)) = $value", beginning)];

    /// <summary>All runs in order of time, the own ledger's first; of runs of one key the own one only.</summary>
    public IReadOnlyList<RunRecord> All(RunFilter? filter = null)
    {
        var runs = Select("$value = ''", "");
        return filter is null ? runs : [.. runs.Where(filter.Takes)];
    }

    /// <summary>Records a finished run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="replace">Whether it takes the place of an earlier run of the same key, which else stays.</param>
    public RecordOutcome Record(RunRecord run, bool replace = false)
    {
        var written = _own.Use(connection => RunRows.Insert(connection, null, run, replace));
        return replace ? RecordOutcome.Replaced : written ? RecordOutcome.Added : RecordOutcome.Kept;
    }

    /// <summary>The run of a key: the one that is there, or else one computed now and recorded.</summary>
    /// <param name="key">What makes it the same run.</param>
    /// <param name="name">What tables call it.</param>
    /// <param name="measure">Computes it.</param>
    public RunRecord FindOrRun(RunKey key, string name, Func<RunOutcome> measure)
    {
        if (Find(key) is { } found)
        {
            return found;
        }

        var run = RunRecord.Measure(key, name, measure);
        Record(run);
        return run;
    }

    /// <summary>Records many finished runs, all or none; of runs of one key the first stays.</summary>
    /// <returns>How many were new.</returns>
    public int Record(IReadOnlyCollection<RunRecord> runs) => _own.Use(connection =>
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var added = runs.Count(run => RunRows.Insert(connection, transaction, run, replace: false));
        transaction.Commit();
        return added;
    });

    private List<RunRecord> Select(string condition, string value)
    {
        var runs = _own.Use(connection => RunRows.Select(connection, RunSource.Ledger, condition, value));
        if (_shipped is not null)
        {
            var known = runs.Select(run => run.Key.Id).ToHashSet();
            runs.AddRange(_shipped
                .Use(connection => RunRows.Select(connection, RunSource.Shipped, condition, value))
                .Where(run => !known.Contains(run.Key.Id)));
        }

        return runs;
    }
}
