using System.Text.Json;
using System.Text.Json.Nodes;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Notebooks.Running;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Notebooks.Report;

/// <summary>
/// The folder of results: <c>NN-name.ipynb</c> and <c>NN-name.html</c>, <c>assets/</c>, <c>claims.json</c> and
/// <c>index.html</c>. Pages, claims and index are made from the executed notebooks alone, so a run of some notebooks
/// leaves the others' results in place.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="series">The paths of the notebooks of the series, in order.</param>
public sealed class ReportFolder(string folder, IReadOnlyList<string> series)
{
    private const string StyleFile = "report.css";

    /// <summary>The executed notebook of that name.</summary>
    public string NotebookPath(string name) => Path.Combine(folder, name + ".ipynb");

    /// <summary>Creates the folder and its assets.</summary>
    public void Prepare()
    {
        Asset(PlotlyScript.FileName, PlotlyScript.Open());
        Asset(StyleFile, typeof(ReportFolder).Assembly.GetManifestResourceStream($"DistilWhisperLab.Notebooks.{StyleFile}")!);
    }

    /// <summary>Removes the results of a notebook.</summary>
    public void Remove(string name)
    {
        File.Delete(NotebookPath(name));
        File.Delete(PagePath(name));
    }

    /// <summary>The claims of the executed notebooks, in the order of the series.</summary>
    /// <exception cref="LabException">Two claims have one id, or a notebook's claim is not one.</exception>
    public IReadOnlyList<Claim> Claims()
    {
        var claims = new Dictionary<string, Claim>();
        foreach (var notebook in Executed())
        {
            foreach (var claim in ClaimsOf(notebook))
            {
                if (!claims.TryAdd(claim.Id, claim))
                {
                    throw new LabException(
                        $"The claim {claim.Id} is stated in {claims[claim.Id].Notebook} and in {claim.Notebook}; ids are unique in the series.");
                }
            }
        }

        return [.. claims.Values];
    }

    /// <summary>Writes <c>claims.json</c> and <c>index.html</c>.</summary>
    public void WriteIndex(string profile)
    {
        var claims = Claims();
        var json = new JsonArray([.. claims.Select(claim => claim.ToJson())]);
        AtomicFile.WriteText(
            Path.Combine(folder, "claims.json"), json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        AtomicFile.WriteText(Path.Combine(folder, "index.html"), IndexPage.Render(Entries(), claims, profile));
    }

    /// <summary>Writes the page of an executed notebook.</summary>
    public void WritePage(string name) =>
        AtomicFile.WriteText(PagePath(name), NotebookPage.Render(NotebookDocument.Load(NotebookPath(name)), Entries()));

    /// <summary>Writes every page anew, so that all link to all.</summary>
    public void WriteAllPages()
    {
        foreach (var entry in Entries().Where(entry => entry.Executed is not null))
        {
            WritePage(entry.Name);
        }
    }

    private string PagePath(string name) => Path.Combine(folder, name + ".html");

    private IReadOnlyList<SeriesEntry> Entries() =>
        [.. series.Select(Path.GetFileNameWithoutExtension).Select(name => new SeriesEntry(name!, TryLoad(name!)))];

    private IEnumerable<NotebookDocument> Executed() => Entries().Select(entry => entry.Executed).OfType<NotebookDocument>();

    private NotebookDocument? TryLoad(string name) =>
        File.Exists(NotebookPath(name)) ? NotebookDocument.Load(NotebookPath(name)) : null;

    private static Dictionary<string, Claim>.ValueCollection ClaimsOf(NotebookDocument notebook)
    {
        // A cell that ran twice within one notebook shows its claim twice; the last one counts.
        var claims = new Dictionary<string, Claim>();
        var stated = notebook.Cells.SelectMany(cell => cell.Outputs)
            .Select(output => output?["data"]?[ClaimCard.MimeType]).OfType<JsonNode>();
        foreach (var json in stated)
        {
            try
            {
                // Other front ends save a private JSON type as text.
                var claim = Claim.FromJson(json is JsonObject ? json : JsonNode.Parse(NotebookCell.Joined(json))!);
                claims[claim.Id] = claim;
            }
            catch (JsonException e)
            {
                throw new LabException($"{notebook.Name}.ipynb holds an output that is not a claim ({e.Message}); run it again.", e);
            }
        }

        return claims.Values;
    }

    private void Asset(string name, Stream content)
    {
        using (content)
        {
            AtomicFile.Write(Path.Combine(folder, "assets", name), content.CopyTo);
        }
    }
}

/// <summary>A notebook of the series and, when it has been run, its executed form.</summary>
internal sealed record SeriesEntry(string Name, NotebookDocument? Executed)
{
    public string Title => Executed?.Title ?? Name;

    public string Number => Name.Split('-')[0];

    public bool Failed => (bool?)Executed?.RunNotes?["failed"] ?? false;

    public string Href => Uri.EscapeDataString(Name) + ".html";
}
