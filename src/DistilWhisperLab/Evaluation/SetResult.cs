using System.Text.Json.Serialization;
using DistilWhisperLab.Experiments;

namespace DistilWhisperLab.Evaluation;

/// <summary>How well a model hears one test set; the property names are the fields of <c>lab evaluate --json</c>.</summary>
/// <param name="Set">The set.</param>
/// <param name="Kind">What it is to a student.</param>
/// <param name="Split">Its split.</param>
/// <param name="Words">Words of the normalised references.</param>
/// <param name="Wer">The word error rate in percent.</param>
/// <param name="Interval">Its 95 % interval, speakers' turns (recordings of a long set) drawn with replacement: too narrow where these are few, and of one recording alone none.</param>
/// <param name="Substitutions">Words replaced.</param>
/// <param name="Deletions">Words left out.</param>
/// <param name="Insertions">Words added.</param>
/// <param name="Rtf">The real-time factor: seconds of computing for each second of audio.</param>
public sealed record SetResult(
    string Set, SetKind Kind, string Split, int Words, double Wer, Interval Interval,
    int Substitutions, int Deletions, int Insertions, double Rtf)
{
    private const string CountsKey = "all";

    /// <summary>The noise mixed into the audio, such as <c>white:10</c>; null for none, and then no field.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Noise { get; init; }

    /// <summary>Where the figures come from; the real-time factor is that of the machine that measured them.</summary>
    [JsonIgnore]
    public RunSource Source { get; init; }

    /// <summary>The result of a set as the ledger has it.</summary>
    internal static SetResult Of(EvaluationSet set, AddedNoise? noise, RunRecord run)
    {
        var counts = run.WordErrors[CountsKey];
        return new SetResult(
            set.Name, set.Kind, set.Split, counts.Words.Sum(), counts.Rate, counts.Interval(),
            (int)run.Metrics["substitutions"], (int)run.Metrics["deletions"], (int)run.Metrics["insertions"], run.Metrics["rtf"])
        {
            Noise = noise?.ToString(),
            Source = run.Source,
        };
    }

    /// <summary>What the ledger keeps of a measured set.</summary>
    internal static RunOutcome Outcome(WordErrorRate wer, double realTimeFactor) => new(new Dictionary<string, double>
    {
        ["wer"] = WordErrorCounts.Of(wer).Rate,
        ["words"] = wer.Total.ReferenceWords,
        ["substitutions"] = wer.Total.Substitutions,
        ["deletions"] = wer.Total.Deletions,
        ["insertions"] = wer.Total.Insertions,
        ["rtf"] = realTimeFactor,
    })
    {
        WordErrors = new Dictionary<string, WordErrorCounts> { [CountsKey] = WordErrorCounts.Of(wer) },
    };
}
