using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Notebooks;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab runs</c>: what the run ledger knows.</summary>
internal static class RunsCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static Command Create() => new("runs", "Every training run and evaluation recorded.")
    {
        List(), Show(), Compare(), Recompute(), Export(), Import(),
    };

    private static Command List()
    {
        var (kind, name, ledger, json) = (KindOption(), NameOption(), LedgerOption.Create(), JsonOption());
        var command = new Command("list", "List the runs in order of time.") { kind, name, ledger, json };
        command.SetAction(parsed =>
        {
            var runs = LedgerOption.Open(parsed.GetValue(ledger)).All(new RunFilter(parsed.GetValue(kind), parsed.GetValue(name)));
            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine(parsed.GetValue(json) ? Array(runs) : RunTables.List(runs));
            return 0;
        });
        return command;
    }

    private static Command Show()
    {
        var (id, ledger, json) = (new Argument<string>("id") { Description = "The beginning of a run's id." }, LedgerOption.Create(), JsonOption());
        var command = new Command("show", "Tell all about one run.") { id, ledger, json };
        command.SetAction(parsed =>
        {
            var run = Find(LedgerOption.Open(parsed.GetValue(ledger)), parsed.GetRequiredValue(id));
            parsed.InvocationConfiguration.Output.WriteLine(
                parsed.GetValue(json) ? RunJson.Write(run).ToJsonString(Json) : RunTables.Show(run));
            return 0;
        });
        return command;
    }

    private static Command Compare()
    {
        var ids = new Argument<string[]>("ids") { Description = "The beginnings of two or more runs' ids.", Arity = new ArgumentArity(2, 100) };
        var (ledger, json) = (LedgerOption.Create(), JsonOption());
        var command = new Command("compare", "Set runs side by side: where their settings differ, and their figures.") { ids, ledger, json };
        command.SetAction(parsed =>
        {
            var opened = LedgerOption.Open(parsed.GetValue(ledger));
            var runs = parsed.GetRequiredValue(ids).Select(id => Find(opened, id)).ToList();
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json) ? Array(runs) : RunTables.Compare(runs));
            return 0;
        });
        return command;
    }

    private static Command Recompute()
    {
        var id = new Argument<string>("id") { Description = "The beginning of a run's id: one of the lab's studies." };
        var teacher = new Option<string>("--teacher")
        {
            Description = "The teacher that it was made with.",
            DefaultValueFactory = _ => Path.Combine(LabPaths.Data, "teacher"),
        };
        var ledger = LedgerOption.Create();
        var command = new Command("recompute", "Compute a run again and set it beside the recorded one; exit code 1 where the new error rate lies outside the recorded one's interval.") { id, teacher, ledger };
        command.SetStoppableAction((parsed, stop) =>
        {
            var recorded = Find(LedgerOption.Open(parsed.GetValue(ledger)), parsed.GetRequiredValue(id));
            using var progress = new LabProgress();
            var run = Recomputation.Of(recorded, parsed.GetRequiredValue(teacher), progress, stop);
            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine(RunTables.Compare([run.Recorded, run.Again]));
            output.WriteLine(
                $"Identical: {(run.IsIdentical ? "yes" : "no")}. The recorded word error rate's interval is {run.Interval.Low:0.0} to {run.Interval.High:0.0} %; the new one lies {(run.IsWithinInterval ? "within" : "outside")}.");
            return run.IsWithinInterval ? 0 : 1;
        });
        return command;
    }

    private static Command Export()
    {
        var file = new Argument<string>("file") { Description = "The file of JSON lines to write." };
        var (kind, name, ledger) = (KindOption(), NameOption(), LedgerOption.Create());
        var command = new Command("export", "Write runs as JSON lines.") { file, kind, name, ledger };
        command.SetAction(parsed =>
        {
            var count = LedgerOption.Open(parsed.GetValue(ledger))
                .Export(parsed.GetRequiredValue(file), new RunFilter(parsed.GetValue(kind), parsed.GetValue(name)));
            parsed.InvocationConfiguration.Output.WriteLine($"{count} runs written to {parsed.GetRequiredValue(file)}");
            return 0;
        });
        return command;
    }

    private static Command Import()
    {
        var (file, ledger) = (new Argument<string>("file") { Description = "A file that lab runs export wrote." }, LedgerOption.Create());
        var command = new Command("import", "Record exported runs; those that are there already stay as they are.") { file, ledger };
        command.SetAction(parsed =>
        {
            var opened = LedgerOption.Open(parsed.GetValue(ledger));
            var (added, total) = opened.Import(parsed.GetRequiredValue(file));
            parsed.InvocationConfiguration.Output.WriteLine($"{added} of {total} runs were new to {opened.Path}");
            return 0;
        });
        return command;
    }

    private static RunRecord Find(RunLedger ledger, string id) => ledger.WithId(id) switch
    {
        [var run] => run,
        [] => throw new LabException($"No run's id begins with {id}; see lab runs list."),
        var several => throw new LabException($"{several.Count} runs' ids begin with {id}; give more of it."),
    };

    private static string Array(IEnumerable<RunRecord> runs) =>
        new JsonArray([.. runs.Select(RunJson.Write)]).ToJsonString(Json);

    private static Option<string?> KindOption() => new("--kind") { Description = "Only runs of this kind: train or evaluate." };

    private static Option<string?> NameOption() => new("--name") { Description = "Only runs whose name holds this." };

    private static Option<bool> JsonOption() => new("--json") { Description = "Print one JSON document." };
}
