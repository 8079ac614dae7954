using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Evaluation;
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
            Description = $"What to test on, parted by spaces or commas: a domain (news) or split (long) of the shipped corpus, or any other corpus, {CorpusText.Formats}; each domain of it is a set. All shipped test sets by default.",
            AllowMultipleArgumentsPerToken = true,
        };
        sets.Validators.Add(result =>
        {
            // An option's name mistyped is taken for one more set.
            if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal)) is { } mistyped)
            {
                result.AddError($"{mistyped.Value} is no option here, and no set either.");
            }
        });
        var split = new Option<string?>("--split") { Description = "Only utterances of this split." };
        var kind = new Option<SetKind?>("--kind")
        {
            Description = "What the sets are to a student; by default what data/corpus.json says of their domains and splits, and id where it says nothing.",
            CustomParser = result => Parsed<SetKind?>(result, text => EvaluationSets.ParseKind(text)),
            HelpName = string.Join('|', Enum.GetValues<SetKind>().Select(EvaluationReport.KindName)),
        };
        var noise = new Option<IReadOnlyList<AddedNoise>>("--noise")
        {
            Description = $"Noise to mix into the audio, a kind ({string.Join(", ", AddedNoise.Kinds)}) and its signal-to-noise ratio in dB such as white:10, several with commas between them, or fig2 for all points of the paper's Figure 2. The ratio is to the utterance's own speech; a pub is 16 voices at once in a room.",
            CustomParser = result => Parsed(result, AddedNoise.ParseAll),
            Arity = ArgumentArity.ExactlyOne,
            HelpName = "kind:dB",
        };
        var language = new Option<string?>("--language") { Description = "The sets' language, by code; for multilingual models, which else detect it utterance by utterance." };
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
            model, sets, split, kind, noise, language, speechless, batch, device, ledger, json,
        };
        command.SetStoppableAction((parsed, stop) =>
        {
            string[] given = [.. (parsed.GetValue(sets) ?? []).SelectMany(s => s.Split(',', StringSplitOptions.RemoveEmptyEntries))];
            using var progress = new LabProgress();
            var chosen = EvaluationSets.Named(given, parsed.GetValue(split), parsed.GetValue(kind), progress, stop);
            var runs = LedgerOption.Open(parsed.GetValue(ledger));
            var name = parsed.GetRequiredValue(model);
            using var loaded = Transcriber.Load(name, Devices.Choose(parsed.GetRequiredValue(device)), progress, stop);
            var decoding = new DecodingOptions { Language = parsed.GetValue(language) };
            var settings = new EvaluationSettings
            {
                Decoding = decoding,
                LongForm = new() { Decoding = decoding with { Timestamps = true } },
                Batch = parsed.GetValue(batch),
            };
            IReadOnlyList<AddedNoise?> noises = parsed.GetValue(noise) ?? (IReadOnlyList<AddedNoise?>)[null];
            var reports = noises
                .Select(added => EvaluationReport.Of(name, loaded, chosen, runs, settings with { Noise = added }, progress, stop))
                .ToList();
            var silent = parsed.GetValue(speechless) > 0
                ? SpeechlessWindows.Of(loaded, parsed.GetValue(speechless), settings.Decoding.Seed, decoding, progress)
                : [];
            progress.Dispose();
            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine(parsed.GetValue(json)
                ? Document([.. reports.Select(report => report.ToJson())], silent).ToJsonString(Json)
                : string.Join("\n\n", reports.Select(EvaluationTable.Of)) + EvaluationTable.Of(silent));
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

    /// <summary>The report, or of several noises a list of reports.</summary>
    private static JsonNode Document(IReadOnlyList<JsonObject> reports, IReadOnlyList<SpeechlessWindows> silent)
    {
        if (silent.Count > 0)
        {
            reports[0]["speechless"] = new JsonArray([.. silent.Select(s => new JsonObject
            {
                ["sound"] = s.Sound,
                ["windows"] = s.Windows.Count,
                ["written"] = s.Written,
                ["written_in_all"] = s.WrittenInAll,
            })]);
        }

        return reports is [var only] ? only : new JsonArray([.. reports]);
    }
}
