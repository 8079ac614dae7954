using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Notebooks.Running;

/// <summary>
/// A Jupyter notebook (nbformat 4) as its JSON, so that whatever we do not know in it survives; the package
/// Microsoft.DotNet.Interactive.Documents drops raw cells and JSON outputs.
/// </summary>
public sealed class NotebookDocument
{
    private const string MetadataName = "distilwhisperlab";

    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonObject _json;
    private readonly List<NotebookCell> _cells;

    private NotebookDocument(string name, JsonObject json)
    {
        Name = name;
        _json = json;
        _cells = [.. json["cells"]!.AsArray().Select(cell => new NotebookCell(cell!.AsObject()))];
    }

    /// <summary>The file's name without <c>.ipynb</c>.</summary>
    public string Name { get; }

    /// <summary>The cells in order.</summary>
    public IReadOnlyList<NotebookCell> Cells => _cells;

    /// <summary>The first heading of the text, else the name.</summary>
    public string Title =>
        _cells.Where(cell => cell.Kind == "markdown")
            .SelectMany(cell => cell.Source.Split('\n'))
            .FirstOrDefault(line => line.StartsWith("# "))?[2..].Trim()
        ?? Name;

    /// <summary>What the run noted about itself (profile, time, machine), or null for a notebook not run by the lab.</summary>
    public JsonObject? RunNotes
    {
        get => _json["metadata"]?[MetadataName] as JsonObject;
        set
        {
            if (_json["metadata"] is not JsonObject metadata)
            {
                _json["metadata"] = metadata = [];
            }

            metadata[MetadataName] = value;
        }
    }

    /// <summary>Reads a notebook.</summary>
    /// <exception cref="LabException">The file is missing, or is not a notebook of nbformat 4.</exception>
    public static NotebookDocument Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new LabException($"{path} does not exist; a notebook was expected there.");
        }

        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path));
            return json is JsonObject notebook && notebook["cells"] is JsonArray cells && cells.All(cell => cell is JsonObject)
                && (int?)notebook["nbformat"] == 4
                ? new NotebookDocument(Path.GetFileNameWithoutExtension(path), notebook)
                : throw new LabException($"{path} is not a Jupyter notebook of nbformat 4; save it again from Jupyter or VS Code.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            var where = e is JsonException { LineNumber: { } line } ? $" (line {line + 1})" : "";
            throw new LabException($"{path} is not a Jupyter notebook: it is not valid JSON{where}; restore it from git or save it again.", e);
        }
    }

    /// <summary>Adds a code cell after another.</summary>
    public void InsertCode(NotebookCell after, string source, string tag)
    {
        var json = new JsonObject
        {
            ["cell_type"] = "code",
            ["execution_count"] = null,
            ["metadata"] = new JsonObject { ["tags"] = new JsonArray(tag) },
            ["outputs"] = new JsonArray(),
            ["source"] = NotebookCell.Lines(source),
        };
        if (after.HasId)
        {
            // nbformat 4.5 names its cells; a name that follows from the tag keeps two runs of a notebook alike.
            json["id"] = tag;
        }

        var index = _cells.IndexOf(after) + 1;
        _json["cells"]!.AsArray().Insert(index, json);
        _cells.Insert(index, new NotebookCell(json));
    }

    /// <summary>Takes away outputs and execution counts, as before a run.</summary>
    public void ClearOutputs()
    {
        foreach (var cell in _cells.Where(cell => cell.IsCode))
        {
            cell.Outputs = [];
            cell.ExecutionCount = null;
        }
    }

    /// <summary>Names the lab's kernel as the one that runs this notebook.</summary>
    public void NameKernel()
    {
        if (_json["metadata"] is not JsonObject metadata)
        {
            _json["metadata"] = metadata = [];
        }

        metadata["kernelspec"] = new JsonObject
        {
            ["display_name"] = ".NET (C#)",
            ["language"] = "C#",
            ["name"] = ".net-csharp",
        };
    }

    /// <summary>Writes the notebook as Jupyter lays it out; a reader never meets half a file.</summary>
    public void Save(string path) =>
        AtomicFile.Write(path, stream =>
        {
            using (var writer = new Utf8JsonWriter(stream, Layout))
            {
                _json.WriteTo(writer);
            }

            stream.WriteByte((byte)'\n');
        });
}
