using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;

namespace DistilWhisperLab.Notebooks.Running;

/// <summary>
/// Turns what the kernel reports into outputs as Jupyter saves them: text of one stream joined, a value displayed,
/// a displayed value updated where it stands (in an earlier cell too), the value of the last expression.
/// </summary>
internal sealed class CellOutputs
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, JsonArray> _outputs = [];
    private readonly Dictionary<string, (int Cell, JsonObject Output)> _displays = [];
    private readonly HashSet<int> _changed = [];
    private int _cell;
    private int _executionCount;

    public void Begin(int cell, int executionCount)
    {
        lock (_gate)
        {
            (_cell, _executionCount) = (cell, executionCount);
            _outputs[cell] = [];
            _changed.Add(cell);
        }
    }

    public void Add(DisplayEvent happened)
    {
        lock (_gate)
        {
            switch (happened)
            {
                case StandardOutputValueProduced:
                    AddText("stdout", TextOf(happened));
                    break;
                case StandardErrorValueProduced:
                    AddText("stderr", TextOf(happened));
                    break;
                case DisplayedValueUpdated when happened.ValueId is { } id && _displays.TryGetValue(id, out var known):
                    known.Output["data"] = Bundle(happened.FormattedValues);
                    _changed.Add(known.Cell);
                    break;
                case ReturnValueProduced:
                    Append(new JsonObject
                    {
                        ["output_type"] = "execute_result",
                        ["execution_count"] = _executionCount,
                        ["data"] = Bundle(happened.FormattedValues),
                        ["metadata"] = new JsonObject(),
                    });
                    break;
                case DisplayedValueProduced or DisplayedValueUpdated:
                    var output = new JsonObject
                    {
                        ["output_type"] = "display_data",
                        ["data"] = Bundle(happened.FormattedValues),
                        ["metadata"] = new JsonObject(),
                    };
                    Append(output);
                    if (happened.ValueId is { } name)
                    {
                        _displays[name] = (_cell, output);
                    }

                    break;
            }
        }
    }

    public void AddError(CellError error)
    {
        lock (_gate)
        {
            Append(error.ToOutput());
        }
    }

    /// <summary>The outputs of the cells that changed since the last call, by cell.</summary>
    public IReadOnlyDictionary<int, JsonArray> TakeChanged()
    {
        lock (_gate)
        {
            var changed = _changed.ToDictionary(cell => cell, cell => (JsonArray)_outputs[cell].DeepClone());
            _changed.Clear();
            return changed;
        }
    }

    private void AddText(string stream, string text)
    {
        // The file holds a list of lines; while it grows, one string is kept and split on the way out.
        if (_outputs[_cell].LastOrDefault() is JsonObject last && (string?)last["name"] == stream)
        {
            last["text"] = (string?)last["text"] + text;
            _changed.Add(_cell);
        }
        else
        {
            Append(new JsonObject { ["output_type"] = "stream", ["name"] = stream, ["text"] = text });
        }
    }

    private void Append(JsonObject output)
    {
        _outputs[_cell].Add(output);
        _changed.Add(_cell);
    }

    private static string TextOf(DisplayEvent happened) => string.Concat(happened.FormattedValues.Select(value => value.Value));

    // Jupyter keeps JSON types as objects, everything else as text.
    private static JsonObject Bundle(IEnumerable<FormattedValue> values)
    {
        var bundle = new JsonObject();
        foreach (var value in values)
        {
            bundle[value.MimeType] = value.MimeType.EndsWith("json") && Parsed(value.Value) is { } json ? json : value.Value;
        }

        return bundle;
    }

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
