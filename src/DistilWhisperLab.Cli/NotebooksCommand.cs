using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Notebooks.Report;
using DistilWhisperLab.Notebooks.Running;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Cli;

/// <summary>The commands <c>lab notebooks run</c> and <c>lab notebooks list</c>.</summary>
internal static class NotebooksCommand
{
    private const int CellFailed = 1;
    private const int UsageError = 2;
    private const int VerdictDiffers = 3;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var worker = new Command(NotebookWorker.CommandName, "Runs one notebook for lab notebooks run.") { Hidden = true };
        worker.SetAction((_, _) => NotebookWorker.RunAsync());
        return new Command("notebooks", "Run the notebooks of the series, headlessly.") { Run(), List(), worker };
    }

    private static Command Run()
    {
        var names = new Argument<string[]>("NAMES")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Numbers or names of notebooks, for example 00 or 02-pseudo-labels; all when none is given.",
        };
        var profile = new Option<string>("--profile")
        {
            DefaultValueFactory = _ => Profile.Default,
            Description = "The scale: smoke for tests, quick for a first look, full for the paper's tables, paper for a GPU.",
        };
        profile.AcceptOnlyFromAmong([.. Profile.Names]);
        var folder = new Option<string?>("--out") { Description = "The folder of the results [default: artifacts/PROFILE]." };
        var notebooks = new Option<string?>("--notebooks") { Description = "The folder of the notebooks [default: the clone's]." };
        var parameters = new Option<string[]>("-p", "--parameter")
        {
            Description = "A notebook's parameter, as NAME=VALUE; may be repeated. What lies at a path lies there as seen from here, not from the notebook.",
            HelpName = "NAME=VALUE",
        };
        var limit = new Option<double?>("--cell-timeout")
        {
            Description = "Minutes that one cell may take; by default 30, and a day on the profiles full and paper.",
            HelpName = "MINUTES",
        };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is not (null or (> 0 and <= 10_000)))
            {
                result.AddError("--cell-timeout takes a positive number of minutes, at most 10000.");
            }
        });
        var strict = new Option<bool>("--strict")
        {
            Description = "Exit with 3 when a verdict differs from data/expected-verdicts.json.",
        };
        var json = Json();
        var command = new Command("run", "Execute notebooks and write their pages, the claims and the index.")
        {
            names, profile, folder, notebooks, parameters, limit, strict, json,
        };
        command.SetAction((parsed, stop) => RunAsync(
            () => new SeriesRequest
            {
                Notebooks = Path.GetFullPath(parsed.GetValue(notebooks) ?? LabPaths.Notebooks),
                Out = Path.GetFullPath(
                    parsed.GetValue(folder) ?? Path.Combine(LabPaths.Artifacts, parsed.GetValue(profile)!)),
                Names = parsed.GetValue(names) ?? [],
                Profile = parsed.GetValue(profile)!,
                Parameters = Parameters(parsed.GetValue(parameters) ?? []),
                CellLimit = parsed.GetValue(limit) is { } minutes
                    ? TimeSpan.FromMinutes(minutes)
                    : Profile.Of(parsed.GetValue(profile)!).CellLimit,
            },
            parsed.GetValue(strict),
            parsed.GetValue(json),
            stop));
        return command;
    }

    private static Command List()
    {
        var json = Json();
        var command = new Command("list", "Name the notebooks of the series and what each is about.") { json };
        command.SetAction(parsed =>
        {
            var all = NotebookSeries.Find(LabPaths.Notebooks).Select(NotebookDocument.Load).ToList();
            if (parsed.GetValue(json))
            {
                var list = all.Select(notebook => (JsonNode)new JsonObject
                {
                    ["name"] = notebook.Name,
                    ["title"] = notebook.Title,
                    ["parameters"] = new JsonArray([.. NotebookParameters.Declared(notebook).Keys.Select(name => (JsonNode)name)]),
                });
                Console.Out.WriteLine(new JsonArray([.. list]).ToJsonString(Indented));
                return;
            }

            var width = all.Max(notebook => notebook.Name.Length);
            foreach (var notebook in all)
            {
                Console.Out.WriteLine($"{notebook.Name.PadRight(width)}  {notebook.Title}");
            }
        });
        return command;
    }

    private static Option<bool> Json() =>
        new("--json") { Description = "Print one JSON document to standard output, all else to standard error." };

    private static async Task<int> RunAsync(Func<SeriesRequest> make, bool strict, bool json, CancellationToken stop)
    {
        try
        {
            var request = make();
            var results = await SeriesRun.RunAsync(request, new ConsoleRun(Console.Error), stop);
            var ran = results.Select(result => result.Name).ToHashSet();
            var claims = new ReportFolder(request.Out, NotebookSeries.Find(request.Notebooks)).Claims();
            var differences = strict
                ? ExpectedVerdicts.Differences(
                    Path.Combine(LabPaths.Data, "expected-verdicts.json"),
                    request.Profile,
                    claims.Where(claim => ran.Contains(claim.Notebook)))
                : [];
            foreach (var difference in differences)
            {
                Console.Error.WriteLine($"lab: verdict of {difference}");
            }

            var index = Path.Combine(request.Out, "index.html");
            if (json)
            {
                Console.Out.WriteLine(new JsonObject
                {
                    ["profile"] = request.Profile,
                    ["out"] = request.Out,
                    ["notebooks"] = new JsonArray([.. results.Select(ToJson)]),
                    ["claims"] = new JsonArray([.. claims.Select(claim => claim.ToJson())]),
                    ["verdict_differences"] = new JsonArray([.. differences.Select(text => (JsonNode)text)]),
                }.ToJsonString(Indented));
            }
            else
            {
                Console.Out.WriteLine(index);
            }

            return results.Any(result => result.Error is not null) ? CellFailed : differences.Count > 0 ? VerdictDiffers : 0;
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine($"lab: {e.Message}");
            return UsageError;
        }
    }

    private static JsonNode ToJson(NotebookResult result) => new JsonObject
    {
        ["name"] = result.Name,
        ["seconds"] = Math.Round(result.Elapsed.TotalSeconds, 1),
        ["passed"] = result.Error is null,
        ["error"] = result.Error is null ? null : $"{result.Error.Name}: {result.Error.Message}",
    };

    internal static Dictionary<string, string> Parameters(IEnumerable<string> given)
    {
        var parameters = new Dictionary<string, string>();
        foreach (var word in given)
        {
            var (name, value) = word.Split('=', 2) is [{ Length: > 0 } left, var right]
                ? (left, right)
                : throw new UsageException($"-p {word}: a parameter is given as NAME=VALUE.");
            parameters[name] = FromHere(value);
        }

        return parameters;
    }

    /// <summary>Makes a path whole, with or without a corpus's splits behind it: a notebook works in its own folder.</summary>
    private static string FromHere(string value)
    {
        var (place, _) = CorpusPath.Parse(value);
        return Path.Exists(place) ? Path.GetFullPath(place) + value[place.Length..] : value;
    }
}
