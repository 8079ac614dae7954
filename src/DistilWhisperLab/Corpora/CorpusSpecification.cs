using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace DistilWhisperLab.Corpora;

/// <summary>All that decides a synthesised corpus, read from a file like <c>data/corpus.json</c>.</summary>
public sealed partial record CorpusSpecification
{
    private const string Seen = "seen";
    private const string Unseen = "unseen";

    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

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
    public sealed record SplitSpecification(int Utterances, string Voices = Seen, bool Shipped = true);

    /// <summary>Reads and checks a specification.</summary>
    /// <exception cref="CorpusException">The file is missing or is no specification, or something in it cannot be.</exception>
    public static CorpusSpecification Load(string path)
    {
        try
        {
            var specification = JsonSerializer.Deserialize<CorpusSpecification>(File.ReadAllBytes(path), CamelCase)
                ?? throw new CorpusException($"{path} holds null in place of a corpus specification.");
            return specification.Fault() is { } fault ? throw new CorpusException($"{path}: {fault}.") : specification;
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

    /// <summary>The voices that speak in a split.</summary>
    public IReadOnlyList<string> VoicesOf(string split) => Splits[split].Voices == Unseen ? UnseenVoices : Voices;

    /// <summary>What is wrong with the specification, or null.</summary>
    private string? Fault()
    {
        var fault = Range(WordsPerMinute, 80, Espeak.MaxWordsPerMinute, "wordsPerMinute")
            ?? Range(Pitch, 0, 99, "pitch")
            ?? Range(Noise.Snr, -100, 100, "noise.snr")
            ?? Corpora.Grammar.FaultOf(Grammar);
        if (fault is not null)
        {
            return fault;
        }

        if (Noise.Share is not (>= 0 and <= 1))
        {
            return $"noise.share is {Noise.Share}, but a share lies in 0 to 1";
        }

        if (Longest is not (> 0 and < 4.5))
        {
            return $"longest is {Longest} s, but must be above 0 and below 4.5, so that a recording stays under ten minutes";
        }

        if (Voices.Intersect(UnseenVoices).FirstOrDefault() is { } both)
        {
            return $"{both} is both a voice and an unseen voice";
        }

        foreach (var (name, split) in Splits)
        {
            if (!SplitName().IsMatch(name))
            {
                return $"the split \"{name}\" must be named with small letters, digits and hyphens, since files are named after it";
            }

            if (split.Utterances < 1)
            {
                return $"split {name} has {split.Utterances} utterances, but needs at least one";
            }

            if (split.Voices is not (Seen or Unseen))
            {
                return $"split {name} asks for voices \"{split.Voices}\", but there are \"{Seen}\" and \"{Unseen}\"";
            }

            if (VoicesOf(name).Count == 0)
            {
                return $"split {name} asks for {split.Voices} voices, of which there are none";
            }
        }

        return Splits.Count > 0 ? null : "it has no splits";
    }

    private static string? Range(double[] range, double lowest, double highest, string name) =>
        range is [var low, var high] && lowest <= low && low <= high && high <= highest
            ? null
            : $"{name} must be [low, high] with {lowest} <= low <= high <= {highest}";

    [GeneratedRegex("^[a-z0-9-]+$")]
    private static partial Regex SplitName();
}
