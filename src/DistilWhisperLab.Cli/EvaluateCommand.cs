using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Evaluation;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Notebooks;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab evaluate</c>: a model's word error rate on test sets.</summary>
internal static class EvaluateCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static Command Create()
    {
        var model = ModelOptions.Model();
        var device = ModelOptions.Device();
        var sets = new Option<string[]>("--sets")
        {
            Description = "Manifests, parted by spaces or commas; each of their domains is a set. All shipped test sets by default.",
            AllowMultipleArgumentsPerToken = true,
        };
        var split = new Option<string?>("--split") { Description = "Only utterances of this split." };
        var batch = new Option<int>("--batch")
        {
            Description = "Utterances decoded together.",
            DefaultValueFactory = _ => new EvaluationSettings().Batch,
        };
        batch.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, out var count) && count > 0))
            {
                result.AddError("--batch must be a number above 0.");
            }
        });
        var ledger = LedgerOption.Create();
        var json = new Option<bool>("--json") { Description = "Print one JSON document." };
        var command = new Command("evaluate", "Measure a model's word error rate on test sets; what the run ledger has is not computed again.")
        {
            model, sets, split, batch, device, ledger, json,
        };
        command.SetAction((parsed, stop) =>
        {
            string[] given = [.. (parsed.GetValue(sets) ?? []).SelectMany(s => s.Split(',', StringSplitOptions.RemoveEmptyEntries))];
            var chosen = (given.Length > 0 ? given : EvaluationSets.Shipped())
                .SelectMany(path => EvaluationSets.Of(Corpus.Open(path), split: parsed.GetValue(split)))
                .ToList();
            var runs = LedgerOption.Open(parsed.GetValue(ledger));
            using var progress = new LabProgress();
            var name = parsed.GetRequiredValue(model);
            using var loaded = Transcriber.Load(name, Devices.Choose(parsed.GetRequiredValue(device)), progress, stop);
            var settings = new EvaluationSettings { Batch = parsed.GetValue(batch) };
            var report = EvaluationReport.Of(name, loaded, chosen, runs, settings, progress, stop);
            progress.Dispose();
            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine(parsed.GetValue(json) ? report.ToJson().ToJsonString(Json) : Table(report));
            return Task.FromResult(0);
        });
        return command;
    }

    private static string Table(EvaluationReport report)
    {
        var table = new TextTable("set", "kind", "split", ">words", ">WER %", ">95 % interval", ">subst.", ">deleted", ">inserted", ">RTF", "source");
        foreach (var set in report.Sets)
        {
            table.Add(
                set.Set, EvaluationReport.KindName(set.Kind), set.Split, $"{set.Words}", $"{set.Wer:0.00}",
                $"{set.Interval.Low:0.00} to {set.Interval.High:0.00}", $"{set.Substitutions}", $"{set.Deletions}", $"{set.Insertions}",
                $"{set.Rtf:0.0000}", set.Source.Text());
        }

        string[] averages =
        [
            .. Average("in distribution", report.Average(SetKind.Id)),
            .. Average("out of distribution", report.Average(SetKind.Ood)),
            .. Average("long", report.Average(SetKind.LongId, SetKind.LongOod)),
        ];
        return $"{table}\nAverages: {string.Join(", ", averages)}";

        static string[] Average(string name, double? wer) => wer is null ? [] : [$"{name} {wer:0.00} %"];
    }
}
