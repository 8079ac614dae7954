using System.CommandLine;
using System.Globalization;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Notebooks;

namespace DistilWhisperLab.Cli;

/// <summary>
/// <c>lab distill</c>: from a teacher and a corpus to a student. Each key of the plan is an option of its own, with the
/// plan's description and default.
/// </summary>
internal static class DistillCommand
{
    public static Command Create()
    {
        var config = new Option<string?>("--config")
        {
            Description = "A JSON file with any of the keys below, written with underscores (\"decoder_layers\": 2); comments are allowed.",
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for the run; the student is OUT/student/model.safetensors.",
            Required = true,
        };
        var set = new Option<string[]>("--set")
        {
            Description = "A key's value over the file's, as in --set decoder_layers=2; may be given several times.",
            AllowMultipleArgumentsPerToken = true,
        };
        set.Validators.Add(result =>
        {
            foreach (var pair in result.Tokens.Select(t => t.Value))
            {
                Try(() => PlanFile.Read(null, [Split(pair)]), result.AddError);
            }
        });
        var keys = PlanFile.Keys.Select(key => (key.Name, Option: OptionFor(key))).ToList();
        var ledger = LedgerOption.Create();
        var command = new Command(
            "distill",
            "Train a student on a teacher's pseudo-labels: label the corpus where that is not done, initialise, train, validate, export. Run again on the same folder it goes on where it stopped. An option is taken before --set, --set before the file. For example: lab distill --teacher data/teacher --corpus data/corpus/train.jsonl --validation data/corpus/validation.jsonl --out artifacts/student")
        {
            config, output, set, ledger,
        };
        keys.ForEach(key => command.Options.Add(key.Option));
        command.SetStoppableAction((parsed, stop) =>
        {
            IEnumerable<(string, string)> given = keys
                .Where(key => parsed.GetResult(key.Option) is { Implicit: false })
                .Select(key => (key.Name, Value(parsed.GetResult(key.Option)!.Tokens)));
            var plan = PlanFile.Read(parsed.GetValue(config), (parsed.GetValue(set) ?? []).Select(Split).Concat(given));
            var run = new DistillationRun(plan, parsed.GetRequiredValue(output));
            using var progress = new LabProgress();
            var runs = LedgerOption.Open(parsed.GetValue(ledger));
            var started = DateTimeOffset.UtcNow;
            var result = run.Execute(progress, stop);
            runs.Record(RunRecord.Of(
                result.Key, Path.GetFileName(Path.GetFullPath(parsed.GetRequiredValue(output))), result.Outcome(run.StudentDirectory), started, result.Trained));
            progress.Dispose();
            Console.WriteLine($"Layers (student ← teacher): {result.Mapping}");
            Console.WriteLine($"{result.Utterances} utterances, {result.Updates} updates, weights of update {result.BestUpdate}");
            if (result is { Teacher: { } teacher, Student: { } student })
            {
                Console.WriteLine($"Validation WER: student {student.Wer:0.0} %, teacher {teacher.Wer:0.0} %");
            }

            if (result.CacheDifference is { } difference)
            {
                Console.WriteLine($"The cache of 16 bits moved the loss of the first update by {100 * difference:0.####} %");
            }

            Console.WriteLine(run.StudentDirectory);
            return 0;
        });
        return command;
    }

    private static Option<string?> OptionFor(PlanFile.Key key)
    {
        var isSwitch = key.Type == typeof(bool);
        var option = new Option<string?>("--" + key.Name.Replace('_', '-'))
        {
            Description = key.Description,
            Arity = isSwitch ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            HelpName = isSwitch ? "true|false" : key.Type == typeof(string) ? "text" : "number",
            DefaultValueFactory = _ => key.Default is null ? "none" : Convert.ToString(key.Default, CultureInfo.InvariantCulture)!.ToLowerInvariant(),
        };
        option.Validators.Add(result =>
        {
            if (!result.Implicit)
            {
                Try(() => PlanFile.Read(null, [(key.Name, Value(result.Tokens))]), result.AddError);
            }
        });
        return option;
    }

    /// <summary>A switch without a value is turned on.</summary>
    private static string Value(IReadOnlyList<System.CommandLine.Parsing.Token> tokens) => tokens.Count > 0 ? tokens[0].Value : "true";

    private static (string, string) Split(string pair) =>
        pair.Split('=', 2) is [var key, var value]
            ? (key, value)
            : throw new LabException($"\"{pair}\" is no key=value.");

    private static void Try(Action parse, Action<string> error)
    {
        try
        {
            parse();
        }
        catch (LabException e)
        {
            error(e.Message);
        }
    }
}
