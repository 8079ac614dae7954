using System.Text.Json.Serialization;
using DistilWhisperLab.Audio.Acoustics;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>Whether a student's training sees a domain.</summary>
public enum DomainKind
{
    /// <summary>In distribution: pseudo-labels and training are of such domains.</summary>
    [JsonStringEnumMemberName("id")]
    InDistribution,

    /// <summary>Out of distribution: for zero-shot evaluation only.</summary>
    [JsonStringEnumMemberName("ood")]
    OutOfDistribution,
}

/// <summary>A domain of the lab world: what is said in it, by whom, and how it sounds.</summary>
public sealed record DomainSpecification
{
    /// <summary>Whether students are trained on it.</summary>
    public required DomainKind Kind { get; init; }

    /// <summary>
    /// Files beside the specification: JSON objects of <see cref="Grammar"/> rules, laid together, or one text file
    /// with a sentence a line.
    /// </summary>
    public required IReadOnlyList<string> Sentences { get; init; }

    /// <summary>Voices of all splits, each program:voice, for example <c>espeak-ng:en-us+f3</c>.</summary>
    public required IReadOnlyList<string> Voices { get; init; }

    /// <summary>Voices that only evaluation hears.</summary>
    public IReadOnlyList<string> UnseenVoices { get; init; } = [];

    /// <summary>Lowest and highest speaking rate in words a minute.</summary>
    public required double[] WordsPerMinute { get; init; }

    /// <summary>Lowest and highest pitch on espeak-ng's scale of 0 to 99; 50 is the voice's own.</summary>
    public required double[] Pitch { get; init; }

    /// <summary>Band, room, background, level.</summary>
    public required AcousticsSpecification Acoustics { get; init; }

    /// <summary>What is wrong, as a sentence without its full stop, or null.</summary>
    internal string? Fault() =>
        Voices.Count == 0 ? "it has no voices"
        : Voices.Intersect(UnseenVoices).FirstOrDefault() is { } both ? $"{both} is both a voice and an unseen voice"
        : Voices.Concat(UnseenVoices).FirstOrDefault(v => !Voice.IsKnown(v)) is { } unknown ? $"the voice \"{unknown}\" must name its program first, one of {string.Join(", ", Voice.Programs)}, as in espeak-ng:en-us"
        : Sentences.Count == 0 ? "it names no file of sentences"
        : SpecificationRange.Fault(WordsPerMinute, 80, Espeak.MaxWordsPerMinute, "wordsPerMinute")
            ?? SpecificationRange.Fault(Pitch, 0, 99, "pitch")
            ?? Acoustics.Fault();
}
