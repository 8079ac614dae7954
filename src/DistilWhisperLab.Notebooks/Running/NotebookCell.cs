using System.Text.Json.Nodes;

namespace DistilWhisperLab.Notebooks.Running;

/// <summary>One cell of a notebook, over its JSON.</summary>
public sealed class NotebookCell
{
    private readonly JsonObject _json;

    internal NotebookCell(JsonObject json) => _json = json;

    /// <summary><c>code</c>, <c>markdown</c> or <c>raw</c>.</summary>
    public string Kind => (string?)_json["cell_type"] ?? "";

    /// <summary>Whether the kernel runs it.</summary>
    public bool IsCode => Kind == "code";

    /// <summary>Whether it has a name, as nbformat 4.5 asks.</summary>
    public bool HasId => _json["id"] is not null;

    /// <summary>The text or code.</summary>
    public string Source => Joined(_json["source"]);

    /// <summary>The tags, for example <c>parameters</c>.</summary>
    public IReadOnlyList<string> Tags =>
        [.. (_json["metadata"]?["tags"] as JsonArray ?? []).Select(tag => tag?.ToString() ?? "")];

    /// <summary>The outputs as nbformat has them.</summary>
    public JsonArray Outputs
    {
        get => _json["outputs"] as JsonArray ?? [];
        set => _json["outputs"] = value;
    }

    /// <summary>The number of the execution, from 1; null when not executed.</summary>
    public int? ExecutionCount
    {
        get => (int?)_json["execution_count"];
        set => _json["execution_count"] = value;
    }

    /// <summary>How long the cell ran; null when not executed by the lab.</summary>
    public double? Seconds
    {
        get => (double?)_json["metadata"]?["distilwhisperlab"]?["seconds"];
        set
        {
            if (_json["metadata"] is not JsonObject metadata)
            {
                _json["metadata"] = metadata = [];
            }

            metadata["distilwhisperlab"] = new JsonObject { ["seconds"] = value };
        }
    }

    /// <summary>The text of a value that nbformat writes as one string or as a list of lines.</summary>
    internal static string Joined(JsonNode? text) =>
        text is JsonArray lines ? string.Concat(lines.Select(line => line?.ToString())) : text?.ToString() ?? "";

    /// <summary>A text as nbformat's list of lines, each with its line end.</summary>
    internal static JsonArray Lines(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) + 1;
            end = end == 0 ? text.Length : end;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }
}
