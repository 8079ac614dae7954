using DistilWhisperLab.Experiments;
using Microsoft.Data.Sqlite;

namespace DistilWhisperLab.Tests.Experiments;

public sealed class RunLedgerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_recorded_run_is_found_again_as_it_was()
    {
        var run = SomeRuns.Run() with { Metrics = new Dictionary<string, double> { ["wer"] = 0.1, ["loss"] = double.PositiveInfinity } };
        Assert.Null(Ledger().Find(run.Key));
        Assert.Equal(RecordOutcome.Added, Ledger().Record(run));

        var found = Ledger().Find(SomeRuns.Key())!;
        Assert.Equal(
            (run.Key, run.Name, run.Checkpoint, run.Started, run.Minutes, RunSource.Ledger),
            (found.Key, found.Name, found.Checkpoint, found.Started, found.Minutes, found.Source));
        Assert.Equal(run.Metrics, found.Metrics);
        Assert.Equal([5, 7], found.WordErrors["test"].Words);
        Assert.Equal(run.Provenance.Versions, found.Provenance.Versions);
        Assert.Null(Ledger().Find(SomeRuns.Key(recipe: 2)));
    }

    [Fact]
    public void The_first_run_of_a_key_stays_unless_it_is_replaced()
    {
        var ledger = Ledger();
        ledger.Record(SomeRuns.Run(wer: 10));
        Assert.Equal(RecordOutcome.Kept, ledger.Record(SomeRuns.Run(wer: 11)));
        Assert.Equal(10, ledger.Find(SomeRuns.Key())!.Metrics["wer"]);
        Assert.Equal(RecordOutcome.Replaced, ledger.Record(SomeRuns.Run(wer: 12), replace: true));
        Assert.Equal(12, Assert.Single(ledger.All()).Metrics["wer"]);
    }

    [Fact]
    public void The_own_ledger_is_asked_before_the_shipped_one_which_is_never_written()
    {
        var shipped = RunLedger.Open(_folder.File("shipped #1.sqlite"));
        shipped.Record(SomeRuns.Run("both", wer: 1));
        shipped.Record(SomeRuns.Run("shipped", wer: 2));
        var before = File.ReadAllBytes(shipped.Path);

        var ledger = RunLedger.Open(_folder.File("own.sqlite"), shipped.Path);
        ledger.Record(SomeRuns.Run("both", wer: 3));
        Assert.Equal((3, RunSource.Ledger), Found("both"));
        ledger = RunLedger.Open(_folder.File("other.sqlite"), shipped.Path);
        Assert.Equal((2, RunSource.Shipped), Found("shipped"));
        Assert.Equal(["both", "shipped"], ledger.All().Select(run => run.Name).Order());
        Assert.Single(ledger.WithId(SomeRuns.Key("both").Id[..6]));
        Assert.Equal(before, File.ReadAllBytes(shipped.Path));
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path), file => file.Contains("shipped #1.sqlite-", StringComparison.Ordinal));

        (double, RunSource) Found(string name)
        {
            var run = ledger.Find(SomeRuns.Key(name))!;
            return (run.Metrics["wer"], run.Source);
        }
    }

    [Fact]
    public void Runs_are_filtered_by_kind_and_by_a_part_of_their_name()
    {
        var ledger = Ledger();
        ledger.Record([SomeRuns.Run("lambda 10", minute: 2), SomeRuns.Run("lambda 20", minute: 1), SomeRuns.Run("depth 2")]);
        Assert.Equal(["lambda 20", "lambda 10"], ledger.All(new RunFilter("train", "LAMBDA")).Select(run => run.Name));
        Assert.Empty(ledger.All(new RunFilter("evaluate")));
    }

    [Fact]
    public void Exported_runs_come_back_and_those_already_there_stay()
    {
        var ledger = Ledger();
        ledger.Record([SomeRuns.Run("a"), SomeRuns.Run("b", wer: 1)]);
        Assert.Equal(2, ledger.Export(_folder.File("runs.jsonl")));

        var other = RunLedger.Open(_folder.File("other.sqlite"));
        other.Record(SomeRuns.Run("b", wer: 2));
        Assert.Equal((1, 2), other.Import(_folder.File("runs.jsonl")));
        Assert.Equal((0, 2), other.Import(_folder.File("runs.jsonl")));
        Assert.Equal(2, other.Find(SomeRuns.Key("b"))!.Metrics["wer"]);
        Assert.Equal(RunJson.Write(ledger.Find(SomeRuns.Key("a"))!).ToJsonString(), RunJson.Write(other.Find(SomeRuns.Key("a"))!).ToJsonString());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("changed")]
    public void A_line_that_is_no_run_is_named_and_nothing_is_imported(string line)
    {
        var ledger = Ledger();
        ledger.Record([SomeRuns.Run("a"), SomeRuns.Run("b")]);
        ledger.Export(_folder.File("runs.jsonl"));
        var lines = File.ReadAllLines(_folder.File("runs.jsonl"));
        lines[1] = line == "changed" ? lines[1].Replace("\"seed\":1", "\"seed\":2") : line;
        File.WriteAllLines(_folder.File("runs.jsonl"), lines);

        var other = RunLedger.Open(_folder.File("other.sqlite"));
        Assert.Contains("runs.jsonl, line 2", Assert.Throws<LedgerException>(() => other.Import(_folder.File("runs.jsonl"))).Message);
        Assert.Empty(other.All());
    }

    [Fact]
    public void Files_that_are_no_ledger_or_a_newer_one_are_refused()
    {
        Assert.Contains("no run ledger", Refusal(_folder.Write("text", new string('x', 4096))));

        using (var connection = Connect("foreign.sqlite"))
        {
            Execute(connection, "CREATE TABLE songs (name TEXT)");
        }

        Assert.Contains("no run ledger", Refusal(_folder.File("foreign.sqlite")));

        RunLedger.Open(_folder.File("newer.sqlite"));
        using (var connection = Connect("newer.sqlite"))
        {
            Execute(connection, "PRAGMA user_version = 2");
        }

        Assert.Contains("newer version of the lab", Refusal(_folder.File("newer.sqlite")));
        Assert.Contains("newer version of the lab", Assert.Throws<LedgerException>(
            () => RunLedger.Open(_folder.File("own.sqlite"), _folder.File("newer.sqlite"))).Message);

        static string Refusal(string path) => Assert.Throws<LedgerException>(() => RunLedger.Open(path)).Message;
    }

    [Fact]
    public void Many_threads_record_each_run_once()
    {
        var outcomes = new RecordOutcome[6 * 20];
        Parallel.For(0, outcomes.Length, new ParallelOptions { MaxDegreeOfParallelism = 6 }, i =>
            outcomes[i] = Ledger().Record(SomeRuns.Run(seed: i % 20)));
        Assert.Equal(20, outcomes.Count(outcome => outcome == RecordOutcome.Added));
        Assert.Equal(20, Ledger().All().Count);
    }

    public void Dispose() => _folder.Dispose();

    private RunLedger Ledger() => RunLedger.Open(_folder.File("ledger.sqlite"));

    private SqliteConnection Connect(string name)
    {
        var connection = new SqliteConnection($"Data Source={_folder.File(name)};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
