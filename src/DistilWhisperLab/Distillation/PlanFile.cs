using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace DistilWhisperLab.Distillation;

/// <summary>
/// A plan as JSON: an object with any of its keys, comments allowed, and <c>key=value</c> pairs over it. Keys, types,
/// defaults and descriptions are those of <see cref="DistillationPlan"/>, here as on the command line.
/// </summary>
public static class PlanFile
{
    private static readonly JsonNamingPolicy Naming = JsonNamingPolicy.SnakeCaseLower;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = Naming,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A key of the plan.</summary>
    /// <param name="Name">As in the file, for example <c>decoder_layers</c>.</param>
    /// <param name="Type">Its type; nullable where <c>none</c> is a value.</param>
    /// <param name="Description">What it is for.</param>
    /// <param name="Default">Its value where it is not given; null for none.</param>
    public sealed record Key(string Name, Type Type, string Description, object? Default);

    /// <summary>Every key, what the plan adds to the objective first.</summary>
    public static IReadOnlyList<Key> Keys { get; } = FindKeys();

    /// <summary>Reads a plan.</summary>
    /// <param name="path">The file; null for the defaults.</param>
    /// <param name="values">Values over the file's, by key, the later the stronger; <c>none</c> takes one away.</param>
    /// <exception cref="LabException">The file is missing or no plan, a key is unknown, or a value is not of its type.</exception>
    public static DistillationPlan Read(string? path, IEnumerable<(string Key, string Value)> values)
    {
        var plan = path is null ? [] : Load(path);
        foreach (var (name, value) in values)
        {
            var key = Keys.FirstOrDefault(k => k.Name == name.Replace('-', '_'))
                ?? throw new LabException($"A plan has no key {name}; it has {string.Join(", ", Keys.Select(k => k.Name))}.");
            plan[key.Name] = Parse(key, value);
        }

        try
        {
            return plan.Deserialize<DistillationPlan>(Json)!;
        }
        catch (JsonException e)
        {
            throw new LabException($"{path ?? "The plan"} is no plan: {e.Message}", e);
        }
    }

    /// <summary>The plan in full.</summary>
    public static string Write(DistillationPlan plan) => JsonSerializer.Serialize(plan, Json) + "\n";

    private static JsonObject Load(string path)
    {
        try
        {
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            return JsonNode.Parse(File.ReadAllText(path), documentOptions: options) as JsonObject ?? throw new JsonException("it holds no object");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LabException($"There is no configuration file {path}; lab distill --help lists what it may hold.", e);
        }
        catch (JsonException e)
        {
            throw new LabException($"{path} is no JSON object: {e.Message}", e);
        }
    }

    private static JsonNode? Parse(Key key, string value)
    {
        var type = Nullable.GetUnderlyingType(key.Type) ?? key.Type;
        if (value is "none" or "None" or "" && (type != key.Type || key.Default is null))
        {
            return null;
        }

        if (type == typeof(string))
        {
            return value;
        }

        try
        {
            var converted = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value);
            return JsonValue.Create(JsonSerializer.SerializeToElement(converted, type));
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
        {
            var expected = type == typeof(bool) ? "true or false" : type == typeof(int) ? "a whole number" : "a number";
            throw new LabException($"{key.Name} must be {expected}, not \"{value}\".", e);
        }
    }

    private static List<Key> FindKeys()
    {
        var defaults = new DistillationPlan();
        return [.. typeof(DistillationPlan).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(p => (Property: p, Description: p.GetCustomAttribute<DescriptionAttribute>()))
            .Where(p => p.Description is not null)
            .Select(p => new Key(
                Naming.ConvertName(p.Property.Name), p.Property.PropertyType, p.Description!.Description, p.Property.GetValue(defaults)))];
    }
}
