using System.Text.Json.Nodes;
using DistilWhisperLab.Experiments;

namespace DistilWhisperLab.Cli;

/// <summary>Runs as text for a console.</summary>
internal static class RunTables
{
    private const int ShortId = 8;
    private const int FiguresShown = 4;

    /// <summary>A line a run, with its first few figures.</summary>
    public static string List(IReadOnlyList<RunRecord> runs)
    {
        if (runs.Count == 0)
        {
            return "No runs.";
        }

        var table = new TextTable("id", "kind", "name", ">seed", "started", ">minutes", "from", "figures");
        foreach (var run in runs)
        {
            var figures = run.Metrics.Take(FiguresShown).Select(metric => $"{metric.Key} {Number(metric.Value)}");
            table.Add(
                run.Key.Id[..ShortId], run.Key.Kind, run.Name, $"{run.Key.Seed}", $"{run.Started:yyyy-MM-dd HH:mm}",
                $"{run.Minutes:0.0}", run.Source.Text(), string.Join(", ", figures) + (run.Metrics.Count > FiguresShown ? ", …" : ""));
        }

        return table.ToString();
    }

    /// <summary>All about a run but its payload.</summary>
    public static string Show(RunRecord run)
    {
        var table = new TextTable("run", run.Key.Id);
        foreach (var (name, value) in Facts(run).Concat(Settings(run)).Concat(Figures(run)))
        {
            table.Add(name, value);
        }

        return table.ToString();
    }

    /// <summary>A column a run: what differs in how they were made, and all figures.</summary>
    public static string Compare(IReadOnlyList<RunRecord> runs)
    {
        var table = new TextTable(["", .. runs.Select(run => run.Key.Id[..ShortId])]);
        AddRows(run => Facts(run).Concat(Settings(run)), onlyDifferent: true);
        AddRows(Figures, onlyDifferent: false);
        return table.ToString();

        void AddRows(Func<RunRecord, IEnumerable<KeyValuePair<string, string>>> rows, bool onlyDifferent)
        {
            var columns = runs.Select(run => rows(run).ToDictionary()).ToList();
            foreach (var name in columns.SelectMany(column => column.Keys).Distinct())
            {
                string[] cells = [.. columns.Select(column => column.GetValueOrDefault(name, "–"))];
                if (!onlyDifferent || cells.Distinct().Count() > 1)
                {
                    table.Add([name, .. cells]);
                }
            }
        }
    }

    private static Dictionary<string, string> Facts(RunRecord run) => new()
    {
        ["name"] = run.Name,
        ["kind"] = run.Key.Kind,
        ["model"] = run.Key.Model,
        ["data"] = run.Key.Data,
        ["seed"] = $"{run.Key.Seed}",
        ["recipe"] = $"{run.Key.Recipe}",
        ["from"] = run.Source.Text(),
        ["started"] = $"{run.Started:yyyy-MM-dd HH:mm:ss}",
        ["minutes"] = $"{run.Minutes:0.00}",
        ["checkpoint"] = run.Checkpoint ?? "–",
        ["commit"] = run.Provenance.Commit,
        ["processor"] = $"{run.Provenance.Processor}, {run.Provenance.Threads} threads",
        ["versions"] = string.Join(", ", run.Provenance.Versions.Select(version => $"{version.Key} {version.Value}")),
    };

    /// <summary>The settings, nested ones as <c>outer.inner</c>.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Settings(RunRecord run) =>
        Flat("", JsonNode.Parse(run.Key.Settings));

    private static IEnumerable<KeyValuePair<string, string>> Flat(string name, JsonNode? node) => node is JsonObject inner
        ? inner.SelectMany(property => Flat(name.Length == 0 ? property.Key : $"{name}.{property.Key}", property.Value))
        : [new($"settings {name}".TrimEnd(), node?.ToJsonString() ?? "null")];

    private static IEnumerable<KeyValuePair<string, string>> Figures(RunRecord run) =>
        run.Metrics.Select(metric => KeyValuePair.Create($"figure {metric.Key}", Number(metric.Value)));

    private static string Number(double value) => value.ToString("0.####");
}
