using System.Text.Json.Nodes;
using DistilWhisperLab.Cli;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Tests.Experiments;

namespace DistilWhisperLab.Tests.Cli;

public sealed class RunsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RunRecord _first = SomeRuns.Run("lambda 10", wer: 12.5);
    private readonly RunRecord _second = SomeRuns.Run("lambda 20", wer: 13, minute: 1);

    public RunsCommandTests() => RunLedger.Open(Ledger).Record([_first, _second]);

    [Fact]
    public void Runs_are_listed_in_order_of_time()
    {
        var lines = Runs("list").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith(_first.Key.Id[..8], lines[1]);
        Assert.Contains("wer 12.5", lines[1]);
        Assert.Equal(lines[1].IndexOf("train", StringComparison.Ordinal), lines[0].IndexOf("kind", StringComparison.Ordinal));
        Assert.Equal("No runs.\n", Runs("list", "--kind", "evaluate"));
        Assert.Equal(_second.Key.Id, JsonNode.Parse(Runs("list", "--name", "20", "--json"))![0]!["id"]!.GetValue<string>());
    }

    [Fact]
    public void A_run_is_shown_by_the_beginning_of_its_id()
    {
        var text = Runs("show", _first.Key.Id[..7]);
        Assert.Contains("abc1234+", text);
        Assert.Contains("settings temperature", text);
        var json = JsonNode.Parse(Runs("show", _first.Key.Id, "--json"))!;
        Assert.Equal(12.5, json["metrics"]!["wer"]!.GetValue<double>());
        Assert.Equal("ledger", json["source"]!.GetValue<string>());
    }

    [Fact]
    public void Compared_runs_show_what_differs()
    {
        var lines = Runs("compare", _first.Key.Id, _second.Key.Id).Split('\n');
        Assert.Contains(lines, line => line.StartsWith("settings name", StringComparison.Ordinal) && line.Contains("lambda 10") && line.Contains("lambda 20"));
        Assert.Contains(lines, line => line.StartsWith("figure wer", StringComparison.Ordinal) && line.Contains("12.5"));
        Assert.DoesNotContain(lines, line => line.Contains("temperature") || line.StartsWith("seed", StringComparison.Ordinal));
    }

    [Fact]
    public void Exported_runs_are_imported()
    {
        Assert.StartsWith("2 runs", Runs("export", _folder.File("runs.jsonl")));
        var other = new StringWriter();
        Invoke(other, ["import", _folder.File("runs.jsonl"), "--ledger", _folder.File("other.sqlite")]);
        Assert.StartsWith("2 of 2 runs were new", other.ToString());
    }

    [Fact]
    public void What_is_not_there_is_named()
    {
        Assert.Contains("begins with zzz", Failure("show", "zzz"));
        Assert.Contains("give more of it", Failure("show", ""));
        Assert.Contains("missing.jsonl", Failure("import", _folder.File("missing.jsonl")));
        Assert.NotEmpty(RunsCommand.Create().Parse(["compare", "one"]).Errors);
    }

    public void Dispose() => _folder.Dispose();

    private string Ledger => _folder.File("ledger.sqlite");

    private string Runs(params string[] arguments)
    {
        var output = new StringWriter();
        Invoke(output, [.. arguments, "--ledger", Ledger]);
        return output.ToString().ReplaceLineEndings("\n");
    }

    private string Failure(params string[] arguments) =>
        Assert.ThrowsAny<LabException>(() => Runs(arguments)).Message;

    private static void Invoke(StringWriter output, string[] arguments) =>
        Assert.Equal(0, RunsCommand.Create().Parse(arguments).Invoke(new() { Output = output, EnableDefaultExceptionHandler = false }));
}
