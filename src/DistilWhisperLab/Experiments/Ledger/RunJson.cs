using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DistilWhisperLab.Experiments;

/// <summary>A run as a JSON object: a line of an exported ledger, and what <c>lab runs show --json</c> prints.</summary>
public static class RunJson
{
    /// <summary>Writes a run.</summary>
    public static JsonObject Write(RunRecord run) => new()
    {
        ["id"] = run.Key.Id,
        ["kind"] = run.Key.Kind,
        ["name"] = run.Name,
        ["model"] = run.Key.Model,
        ["data"] = run.Key.Data,
        ["settings"] = JsonNode.Parse(run.Key.Settings),
        ["seed"] = run.Key.Seed,
        ["recipe"] = run.Key.Recipe,
        ["metrics"] = Node(run.Metrics),
        ["payload"] = run.Payload?.DeepClone(),
        ["checkpoint"] = run.Checkpoint,
        ["started"] = Time(run.Started),
        ["minutes"] = run.Minutes,
        ["provenance"] = Node(run.Provenance),
        ["source"] = Node(run.Source),
    };

    /// <summary>Reads what <see cref="Write"/> wrote; the source is <see cref="RunSource.Live"/> again.</summary>
    /// <exception cref="JsonException">It is not a run.</exception>
    public static RunRecord Read(JsonNode? json)
    {
        try
        {
            var key = RunKey.Of(
                Text("kind"), Text("model"), Text("data"), Part("settings"), Part("seed").GetValue<int>(), Part("recipe").GetValue<int>());
            return key.Id == Text("id")
                ? new RunRecord(
                    key, Text("name"), Value<Dictionary<string, double>>("metrics"),
                    DateTimeOffset.Parse(Text("started"), CultureInfo.InvariantCulture), Part("minutes").GetValue<double>(),
                    Value<RunProvenance>("provenance"))
                {
                    Payload = json?["payload"]?.DeepClone(),
                    Checkpoint = json?["checkpoint"]?.GetValue<string>(),
                }
                : throw new JsonException($"The id {Text("id")} does not belong to these settings.");
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new JsonException(e.Message, e);
        }

        JsonNode Part(string name) =>
            (json as JsonObject)?[name] ?? throw new JsonException($"The run lacks {name}.");
        string Text(string name) => Part(name).GetValue<string>();
        T Value<T>(string name) => Part(name).Deserialize<T>(CanonicalJson.Options)!;
    }

    /// <summary>The one form of a time: UTC to the second.</summary>
    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    /// <summary>A value as the ledger writes it.</summary>
    internal static JsonNode Node<T>(T value) => JsonSerializer.SerializeToNode(value, CanonicalJson.Options)!;
}
