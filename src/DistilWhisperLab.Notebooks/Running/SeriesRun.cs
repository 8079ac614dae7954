using System.Diagnostics;
using System.Text.Json.Nodes;
using DistilWhisperLab.Notebooks.Report;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Notebooks.Running;

/// <summary>What to run and where the results go.</summary>
public sealed record SeriesRequest
{
    /// <summary>The folder of the notebooks and their setup file.</summary>
    public required string Notebooks { get; init; }

    /// <summary>The folder of the results.</summary>
    public required string Out { get; init; }

    /// <summary>Numbers or names of the notebooks wanted; all when empty.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The scale: <c>smoke</c>, <c>quick</c>, <c>full</c> or <c>paper</c>.</summary>
    public string Profile { get; init; } = Experiments.Profile.Default;

    /// <summary>Values for the notebooks' parameters.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>How long one cell may take.</summary>
    public TimeSpan CellLimit { get; init; } = TimeSpan.FromMinutes(30);
}

/// <summary>How one notebook went.</summary>
/// <param name="Name">The notebook.</param>
/// <param name="Elapsed">How long it ran.</param>
/// <param name="FailedCell">The source of the cell that failed; null when none did or the notebook cannot be read.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
public sealed record NotebookResult(string Name, TimeSpan Elapsed, string? FailedCell, CellError? Error);

/// <summary>Runs the series headlessly: every notebook executed, a page of each, the claims and the index.</summary>
public static class SeriesRun
{
    /// <summary>
    /// Runs the notebooks in order; one that fails does not keep the others from running. The results of notebooks
    /// not run now stay, and the index and the claims cover them too.
    /// </summary>
    /// <exception cref="UsageException">There is no such notebook, parameter or value.</exception>
    /// <exception cref="OperationCanceledException">Stopped; the notebooks finished before are written whole.</exception>
    public static async Task<IReadOnlyList<NotebookResult>> RunAsync(
        SeriesRequest request, IRunObserver observer, CancellationToken stop)
    {
        var series = NotebookSeries.Find(request.Notebooks);
        var selected = NotebookSeries.Select(series, request.Names);
        var notebooks = selected.Select(path => (Path: path, Document: TryLoad(path))).ToList();
        var values = new Dictionary<string, string>(request.Parameters)
        {
            ["profile"] = request.Profile,
            ["out"] = Path.GetFullPath(request.Out),
        };
        RequireKnown(request.Parameters.Keys, notebooks.Select(notebook => notebook.Document.Value).OfType<NotebookDocument>());
        foreach (var notebook in notebooks.Select(notebook => notebook.Document.Value).OfType<NotebookDocument>())
        {
            NotebookParameters.Inject(notebook, values);
        }

        var report = new ReportFolder(request.Out, series);
        report.Prepare();
        var results = new List<NotebookResult>();
        foreach (var (path, (document, error)) in notebooks)
        {
            observer.NotebookStarted(NameOf(path), results.Count + 1, notebooks.Count);
            NotebookResult result;
            try
            {
                result = document is null
                    ? new NotebookResult(NameOf(path), TimeSpan.Zero, null, error)
                    : await RunOneAsync(document, request, observer, stop);
            }
            catch (OperationCanceledException)
            {
                var left = notebooks.Skip(results.Count).Select(notebook => NameOf(notebook.Path)[..2]);
                throw new OperationCanceledException(
                    $"{results.Count} of {notebooks.Count} notebooks are written to {request.Out}; go on with: "
                    + $"lab notebooks run {string.Join(' ', left)} --profile {request.Profile} --out {request.Out}");
            }

            results.Add(result);
            observer.NotebookFinished(result);
            if (document is null)
            {
                report.Remove(result.Name);
            }
            else
            {
                document.Save(report.NotebookPath(document.Name));
                report.WritePage(document.Name);
            }

            report.WriteIndex(request.Profile);
        }

        report.WriteAllPages();
        return results;
    }

    private static async Task<NotebookResult> RunOneAsync(
        NotebookDocument document, SeriesRequest request, IRunObserver observer, CancellationToken stop)
    {
        var started = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        var failure = await NotebookProcess.ExecuteAsync(document, request.Notebooks, request.CellLimit, observer, stop);
        document.NameKernel();
        document.RunNotes = new JsonObject
        {
            ["profile"] = request.Profile,
            ["started"] = started.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            ["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 1),
            ["failed"] = failure is not null,
            ["machine"] = Machine.Describe(),
            ["commit"] = Machine.Commit(request.Notebooks),
        };
        return new NotebookResult(document.Name, clock.Elapsed, failure?.Cell.Source, failure?.Error);
    }

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);

    private static (NotebookDocument? Value, CellError? Error) TryLoad(string path)
    {
        try
        {
            return (NotebookDocument.Load(path), null);
        }
        catch (LabException e)
        {
            return (null, new CellError("NotebookUnreadable", e.Message, []));
        }
    }

    private static void RequireKnown(IEnumerable<string> given, IEnumerable<NotebookDocument> notebooks)
    {
        var known = notebooks.SelectMany(notebook => NotebookParameters.Declared(notebook).Keys).Distinct().Order().ToList();
        foreach (var name in given.Where(name => !known.Contains(name)))
        {
            throw new UsageException(known.Count > 0
                ? $"-p {name}: no notebook asked for has this parameter; there are {string.Join(", ", known)}."
                : $"-p {name}: no notebook asked for has a cell tagged parameters.");
        }
    }
}
