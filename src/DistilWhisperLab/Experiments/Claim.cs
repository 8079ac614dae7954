using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace DistilWhisperLab.Experiments;

/// <summary>What a claim's measurement says about it.</summary>
public enum Verdict
{
    /// <summary>The interval lies wholly on the claimed side of the threshold.</summary>
    Holds,

    /// <summary>The interval lies wholly on the other side.</summary>
    Fails,

    /// <summary>Neither, or the run was too small to say.</summary>
    Undecided,
}

/// <summary>The side of its threshold on which a claim puts its contrast.</summary>
public enum ClaimedSide
{
    /// <summary>The contrast is greater than the threshold.</summary>
    Above,

    /// <summary>The contrast is less than the threshold.</summary>
    Below,

    /// <summary>The contrast is the threshold, as in "the outputs are identical": a claim without an interval.</summary>
    Equal,
}

/// <summary>The signed quantity that a claim is judged by.</summary>
/// <param name="Value">The quantity as measured, for example WER(student) − WER(teacher).</param>
/// <param name="Threshold">What it is compared with.</param>
/// <param name="Claimed">The side of the threshold on which the claim puts it.</param>
public sealed record Contrast(double Value, double Threshold, ClaimedSide Claimed);

/// <summary>A closed interval, for example a 95 % bootstrap interval; in JSON <c>[low, high]</c>.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end, not below <paramref name="Low"/>.</param>
[JsonConverter(typeof(IntervalJson))]
public sealed record Interval(double Low, double High);

/// <summary>
/// A sentence of the paper with its numbers, the same quantity measured here, and whether it held. The property names
/// in snake case are the fields of <c>claims.json</c>.
/// </summary>
/// <param name="Id">Names the claim; unique in the whole series.</param>
/// <param name="Notebook">The notebook that states it, for example <c>02-pseudo-labels</c>.</param>
/// <param name="Statement">The claim as one sentence.</param>
/// <param name="Paper">The paper's own numbers by name, or null where it gives none.</param>
/// <param name="Measured">The quantity as measured here.</param>
/// <param name="Unit">The unit of <paramref name="Measured"/>, for example <c>% WER</c>.</param>
/// <param name="Contrast">What is judged.</param>
/// <param name="Interval">The interval of <paramref name="Contrast"/>'s value, or null for an exact claim.</param>
/// <param name="Verdict">The verdict, by <see cref="ClaimRule"/>.</param>
/// <param name="Seeds">The seeds that the measurement covers; empty where nothing is random.</param>
public sealed record Claim(
    string Id,
    string Notebook,
    string Statement,
    IReadOnlyDictionary<string, double>? Paper,
    double Measured,
    string Unit,
    Contrast Contrast,
    Interval? Interval,
    Verdict Verdict,
    IReadOnlyList<int> Seeds)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The claim as an object of <c>claims.json</c>.</summary>
    public JsonNode ToJson() => JsonSerializer.SerializeToNode(this, Json)!;

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is not a claim.</exception>
    public static Claim FromJson(JsonNode json) =>
        json.Deserialize<Claim>(Json) ?? throw new JsonException("A claim was expected, not null.");
}

internal sealed class IntervalJson : JsonConverter<Interval>
{
    public override Interval Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<double[]>(ref reader, options) is [var low, var high]
            ? new Interval(low, high)
            : throw new JsonException("An interval is an array of two numbers.");

    public override void Write(Utf8JsonWriter writer, Interval value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new[] { value.Low, value.High }, options);
}
