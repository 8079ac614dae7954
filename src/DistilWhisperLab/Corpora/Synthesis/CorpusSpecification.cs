using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>All that decides a synthesised corpus, read from a file like <c>data/corpus.json</c> and the files of sentences beside it.</summary>
public sealed partial record CorpusSpecification
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    /// <summary>Raised when a change gives other audio.</summary>
    public required int Version { get; init; }

    /// <summary>From which all randomness follows.</summary>
    public required int Seed { get; init; }

    /// <summary>The longest utterance in seconds; a longer one is spoken again, faster.</summary>
    public required double Longest { get; init; }

    /// <summary>The domains by name.</summary>
    public required IReadOnlyDictionary<string, DomainSpecification> Domains { get; init; }

    /// <summary>What the fault <c>foreign</c> says, by voice: sentences of other languages.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Foreign { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The splits in the order in which they choose their sentences; a sentence belongs to one split.</summary>
    public required IReadOnlyDictionary<string, SplitSpecification> Splits { get; init; }

    /// <summary>Where it was read, and where its files of sentences lie.</summary>
    [JsonIgnore]
    public string Folder { get; private init; } = "";

    /// <summary>The specification of the lab world, <c>data/corpus.json</c>.</summary>
    /// <exception cref="CorpusException">As for <see cref="Load"/>.</exception>
    public static CorpusSpecification LabWorld() => Load(Path.Combine(LabPaths.Data, "corpus.json"));

    /// <summary>Reads and checks a specification.</summary>
    /// <exception cref="CorpusException">The file is missing or is no specification, or something in it cannot be.</exception>
    public static CorpusSpecification Load(string path)
    {
        try
        {
            var json = File.ReadAllBytes(path);
            JsonNulls.Refuse(json);
            var specification = JsonSerializer.Deserialize<CorpusSpecification>(json, CamelCase)!;
            return specification.Fault() is { } fault
                ? throw new CorpusException($"{path}: {fault}.")
                : specification with { Folder = Path.GetDirectoryName(Path.GetFullPath(path))! };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CorpusException($"There is no corpus specification {path}; the lab's own is data/corpus.json.", e);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CorpusException($"{path} is not a corpus specification: {e.Message}", e);
        }
    }

    /// <summary>The command that makes what ships.</summary>
    [JsonIgnore]
    public string ShippingCommand => $"lab corpus build --splits {string.Join(',', Splits.Where(s => s.Value.Shipped).Select(s => s.Key))} --out data/corpus";

    /// <summary>The domains of a split by name.</summary>
    public IReadOnlyList<string> DomainsOf(string split) => Splits[split].Domains ?? [.. Domains.Keys];

    /// <summary>Throws where there is no such split.</summary>
    /// <exception cref="CorpusException">There is none.</exception>
    public void RequireSplit(string split)
    {
        if (!Splits.ContainsKey(split))
        {
            throw new CorpusException($"The specification has no split {split}; it has {string.Join(", ", Splits.Keys)}.");
        }
    }

    /// <summary>All of it as text, to recognise the same specification by.</summary>
    internal string ToJson() => JsonSerializer.Serialize(this, CamelCase);

    /// <summary>What is wrong with the specification, or null.</summary>
    private string? Fault()
    {
        if (Longest is not (> 0 and <= 30))
        {
            return $"longest is {Longest} s, but must be above 0 and at most 30, Whisper's window";
        }

        if (Domains.Count == 0 || Splits.Count == 0)
        {
            return "it needs at least one domain and one split";
        }

        if (Domains.Keys.Concat(Splits.Keys).FirstOrDefault(n => !FileName().IsMatch(n)) is { } name)
        {
            return $"\"{name}\" must be named with small letters, digits and hyphens, since files are named after it";
        }

        if (Splits.FirstOrDefault(s => s.Value.Faults.ContainsKey(PlantedFaults.Foreign)).Key is { } foreign && Foreign.Count == 0)
        {
            return $"split {foreign} plants foreign speech, but \"foreign\" has no sentences";
        }

        if (Foreign.FirstOrDefault(f => !Voice.IsKnown(f.Key) || f.Value.Count == 0).Key is { } voice)
        {
            return $"foreign: \"{voice}\" must be a voice, its program first as in espeak-ng:de, with at least one sentence";
        }

        return Domains.Select(d => Prefixed($"domain {d.Key}", d.Value.Fault()))
            .Concat(Splits.Select(s => Prefixed($"split {s.Key}", s.Value.Fault(Domains.Keys))))
            .FirstOrDefault(f => f is not null) ?? HeardElsewhere();
    }

    /// <summary>What is held out in one domain and trained on in another is not held out.</summary>
    private string? HeardElsewhere()
    {
        var trained = Domains.Values.SelectMany(d => d.Voices).ToHashSet();
        return Domains.Values.SelectMany(d => d.UnseenVoices).FirstOrDefault(trained.Contains) is { } voice
            ? $"{voice} is an unseen voice of one domain and a voice of another"
            : null;
    }

    private static string? Prefixed(string place, string? fault) => fault is null ? null : $"{place}: {fault}";

    [GeneratedRegex("^[a-z0-9-]+$")]
    private static partial Regex FileName();
}
