using System.Text.Json;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>Finds <c>null</c> in a JSON document, which the serialiser lets pass within lists and objects.</summary>
internal static class JsonNulls
{
    /// <summary>Throws where a value is null; no value of a specification or grammar may be.</summary>
    /// <exception cref="JsonException">One is; the message says where.</exception>
    public static void Refuse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        if (PathOfNull(document.RootElement, "$") is { } path)
        {
            throw new JsonException($"{path} is null; give it a value, or leave it out.");
        }
    }

    private static string? PathOfNull(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Null => path,
        JsonValueKind.Object => element.EnumerateObject().Select(p => PathOfNull(p.Value, $"{path}.{p.Name}")).FirstOrDefault(p => p is not null),
        JsonValueKind.Array => element.EnumerateArray().Index().Select(e => PathOfNull(e.Item, $"{path}[{e.Index}]")).FirstOrDefault(p => p is not null),
        _ => null,
    };
}
