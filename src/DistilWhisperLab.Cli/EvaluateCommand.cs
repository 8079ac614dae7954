using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
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
            Description = $"Corpora, parted by spaces or commas, each {CorpusText.Formats}; each domain of each is a set. All shipped test sets by default.",
            AllowMultipleArgumentsPerToken = true,
        };
        var split = new Option<string?>("--split") { Description = "Only utterances of this split." };
        var kind = new Option<SetKind?>("--kind")
        {
            Description = "What the sets are to a student; by default what data/corpus.json says of their domains and splits, and id where it says nothing.",
            CustomParser = result => Parsed<SetKind?>(result, text => EvaluationSets.ParseKind(text)),
        };
        var noise = new Option<AddedNoise?>("--noise")
        {
            Description = $"Noise to mix into the audio ({string.Join(", ", AddedNoise.Kinds)}) and its signal-to-noise ratio in dB, such as white:10.",
            CustomParser = result => Parsed(result, AddedNoise.Parse),
        };
        var speechless = new Option<int>("--speechless") { Description = "Also transcribe so many windows of each noise and of music, in which nobody speaks." };
        var batch = new Option<int>("--batch")
        {
            Description = "Utterances decoded together.",
            DefaultValueFactory = _ => new EvaluationSettings().Batch,
        };
        batch.MustBePositive();
        speechless.MustBePositive();
        var ledger = LedgerOption.Create();
        var json = new Option<bool>("--json") { Description = "Print one JSON document." };
        var command = new Command("evaluate", "Measure a model's word error rate on test sets; what the run ledger has is not computed again.")
        {
            model, sets, split, kind, noise, speechless, batch, device, ledger, json,
        };
        command.SetStoppableAction((parsed, stop) =>
        {
            string[] given = [.. (parsed.GetValue(sets) ?? []).SelectMany(s => s.Split(',', StringSplitOptions.RemoveEmptyEntries))];
            using var progress = new LabProgress();
            var corpora = (given.Length > 0 ? given : EvaluationSets.Shipped()).Select(path => Corpus.Open(path, progress));
            var chosen = EvaluationSets.Of(corpora, parsed.GetValue(split), parsed.GetValue(kind));
            var runs = LedgerOption.Open(parsed.GetValue(ledger));
            var name = parsed.GetRequiredValue(model);
            using var loaded = Transcriber.Load(name, Devices.Choose(parsed.GetRequiredValue(device)), progress, stop);
            var settings = new EvaluationSettings { Batch = parsed.GetValue(batch), Noise = parsed.GetValue(noise) };
            var report = EvaluationReport.Of(name, loaded, chosen, runs, settings, progress, stop);
            var silent = parsed.GetValue(speechless) > 0
                ? SpeechlessWindows.Of(loaded, parsed.GetValue(speechless), settings.Decoding.Seed, progress: progress)
                : [];
            progress.Dispose();
            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine(parsed.GetValue(json) ? Document(report, silent).ToJsonString(Json) : Table(report) + Table(silent));
            return 0;
        });
        return command;
    }

    private static T? Parsed<T>(ArgumentResult result, Func<string, T> parse)
    {
        try
        {
            return parse(result.Tokens[^1].Value);
        }
        catch (LabException e)
        {
            result.AddError(e.Message);
            return default;
        }
    }

    private static JsonObject Document(EvaluationReport report, IReadOnlyList<SpeechlessWindows> silent)
    {
        var document = report.ToJson();
        if (silent.Count > 0)
        {
            document["speechless"] = new JsonArray([.. silent.Select(s => new JsonObject
            {
                ["sound"] = s.Sound,
                ["windows"] = s.Texts.Count,
                ["written"] = s.Written,
            })]);
        }

        return document;
    }

    private static string Table(IReadOnlyList<SpeechlessWindows> silent)
    {
        if (silent.Count == 0)
        {
            return "";
        }

        var table = new TextTable("nobody speaks, but", ">windows", ">% with text", ">95 % interval");
        foreach (var sound in silent)
        {
            table.Add(sound.Sound, $"{sound.Texts.Count}", $"{sound.Share:0.0}", $"{sound.Interval.Low:0.0} to {sound.Interval.High:0.0}");
        }

        return $"\n\n{table}";
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
