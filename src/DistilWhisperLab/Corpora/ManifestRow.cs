using System.Text.Json;
using System.Text.Json.Serialization;

namespace DistilWhisperLab.Corpora;

/// <summary>A line of a manifest as it stands there: whatever is missing is null.</summary>
internal sealed record ManifestRow(
    string? Id,
    string? Audio,
    double? Start,
    double? Duration,
    string? Text,
    string? Domain,
    string? Split,
    string? Voice,
    string? Recording,
    int? Position,
    string? Fault)
{
    private const string Needed = "audio, start, duration, text, domain, split and voice";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.Strict };

    /// <summary>Reads a line and checks what can be known without its audio.</summary>
    /// <exception cref="CorpusException">It is no object with the needed columns.</exception>
    public static ManifestRow Parse(string line, string place)
    {
        try
        {
            return JsonSerializer.Deserialize<ManifestRow>(line, Json) is { } row
                ? row.Checked(place)
                : throw new CorpusException($"{place} holds null where an utterance's JSON object was expected.");
        }
        catch (JsonException e)
        {
            throw new CorpusException($"{place} {Complaint(e)}", e);
        }
    }

    private ManifestRow Checked(string place)
    {
        (string Column, bool IsMissing)[] columns =
        [
            ("audio", Audio is null), ("start", Start is null), ("duration", Duration is null), ("text", Text is null),
            ("domain", Domain is null), ("split", Split is null), ("voice", Voice is null),
        ];
        return columns.FirstOrDefault(c => c.IsMissing).Column is { } missing
            ? throw new CorpusException($"{place} lacks the column {missing}; an utterance's JSON object has {Needed}, so add it to the row.")
            : this switch
            {
                { Start: not (>= 0 and < double.PositiveInfinity) } => throw new CorpusException($"{place} starts at {Start} s; a start is a finite number, 0 or more."),
                { Duration: not (> 0 and < double.PositiveInfinity) } => throw new CorpusException($"{place} has a duration of {Duration} s; a duration is a finite number above 0."),
                { Audio: "" } => throw new CorpusException($"{place} names no audio file."),
                _ when string.IsNullOrWhiteSpace(Text) => throw new CorpusException($"{place} has an empty text."),
                _ => this,
            };
    }

    /// <summary>What a user can do something with in an error of the serializer's.</summary>
    private static string Complaint(JsonException error)
    {
        if (error.InnerException is JsonException) // the line's, not a value's
        {
            return $"is not an utterance's JSON object: it is no valid JSON from byte {error.BytePositionInLine + 1} on; write one object a line.";
        }

        var column = error.Path?.TrimStart('$', '.').Split('.', '[')[0];
        return column switch
        {
            null or "" => $"is not an utterance's JSON object; write one a line, with the columns {Needed}.",
            "start" or "duration" => $"has no number in its column {column}; write seconds there, without quotation marks.",
            "position" => "has no whole number in its column position; write the utterance's number in its recording, or leave the column out.",
            _ => $"has no text in its column {column}; write one there, in quotation marks.",
        };
    }
}
