using System.Text.Json;

namespace DistilWhisperLab.Corpora;

/// <summary>All that decides a synthesised corpus, read from a file like <c>data/corpus.json</c>.</summary>
public sealed record CorpusSpecification
{
    /// <summary>Raised when a change gives other audio.</summary>
    public required int Version { get; init; }

    /// <summary>From which all randomness follows.</summary>
    public required int Seed { get; init; }

    /// <summary>The domain's name in the manifest.</summary>
    public required string Domain { get; init; }

    /// <summary>espeak-ng voices that all splits share, for example <c>en-us+f3</c>.</summary>
    public required IReadOnlyList<string> Voices { get; init; }

    /// <summary>Voices that no training split has.</summary>
    public required IReadOnlyList<string> UnseenVoices { get; init; }

    /// <summary>Lowest and highest speaking rate in words a minute.</summary>
    public required double[] WordsPerMinute { get; init; }

    /// <summary>Lowest and highest pitch on espeak-ng's scale of 0 to 99.</summary>
    public required double[] Pitch { get; init; }

    /// <summary>Noise under the speech.</summary>
    public required NoiseSpecification Noise { get; init; }

    /// <summary>The longest utterance in seconds; a longer one is spoken again, faster.</summary>
    public required double Longest { get; init; }

    /// <summary>The splits in the order in which they choose their sentences; a sentence belongs to one split.</summary>
    public required IReadOnlyDictionary<string, SplitSpecification> Splits { get; init; }

    /// <summary>The rules of <see cref="Corpora.Grammar"/>.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Grammar { get; init; }

    /// <summary>How much noise.</summary>
    /// <param name="Share">The share of utterances that get any.</param>
    /// <param name="Snr">Lowest and highest signal-to-noise ratio in dB, from the utterance's own power.</param>
    public sealed record NoiseSpecification(double Share, double[] Snr);

    /// <summary>One split.</summary>
    /// <param name="Utterances">How many.</param>
    /// <param name="Voices">"seen" or "unseen".</param>
    /// <param name="Shipped">Whether it lies in data/; the others are built where they are needed.</param>
    public sealed record SplitSpecification(int Utterances, string Voices = "seen", bool Shipped = true);

    /// <summary>Reads a specification.</summary>
    /// <exception cref="CorpusException">The file is missing or is no specification.</exception>
    public static CorpusSpecification Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<CorpusSpecification>(File.ReadAllBytes(path), CamelCase)
                ?? throw new CorpusException($"{path} holds null in place of a corpus specification.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CorpusException($"{path} is not a corpus specification: {e.Message}", e);
        }
    }

    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };
}
