using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DistilWhisperLab.Experiments;

/// <summary>Where a run's numbers come from.</summary>
public enum RunSource
{
    /// <summary>Computed just now.</summary>
    Live,

    /// <summary>The user's own ledger: computed here before.</summary>
    Ledger,

    /// <summary>The ledger that the lab ships with.</summary>
    Shipped,
}

/// <summary>What tables call a <see cref="RunSource"/>.</summary>
public static class RunSources
{
    /// <summary><c>live</c>, <c>from ledger</c> or <c>shipped</c>.</summary>
    public static string Text(this RunSource source) => source switch
    {
        RunSource.Live => "live",
        RunSource.Ledger => "from ledger",
        _ => "shipped",
    };
}

/// <summary>A finished run: what it was, what came out, how it was made.</summary>
/// <param name="Key">What makes it the same run.</param>
/// <param name="Name">What tables call it.</param>
/// <param name="Metrics">Its figures by name, for example <c>wer_id</c> in percent.</param>
/// <param name="Started">When it began.</param>
/// <param name="Minutes">How long it took.</param>
/// <param name="Provenance">By what it was made.</param>
public sealed record RunRecord(
    RunKey Key,
    string Name,
    IReadOnlyDictionary<string, double> Metrics,
    DateTimeOffset Started,
    double Minutes,
    RunProvenance Provenance)
{
    private const string WordErrorsKey = "word_errors";

    /// <summary>What else is worth keeping, for example word errors per utterance; null for nothing.</summary>
    public JsonNode? Payload { get; init; }

    /// <summary>The model that came out, as a path; null where none was kept.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Where this record was found; not stored.</summary>
    public RunSource Source { get; init; } = RunSource.Live;

    /// <summary>
    /// The word errors per utterance by set, as <see cref="Sweep{T}.Run"/> and the evaluation record them; empty where
    /// the payload has none.
    /// </summary>
    public IReadOnlyDictionary<string, WordErrorCounts> WordErrors =>
        (Payload as JsonObject)?[WordErrorsKey]?.Deserialize<Dictionary<string, WordErrorCounts>>(CanonicalJson.Options) ?? [];

    /// <summary>The record of a run that has just ended, on this machine.</summary>
    /// <param name="key">What makes it the same run.</param>
    /// <param name="name">What tables call it.</param>
    /// <param name="outcome">What came out.</param>
    /// <param name="started">When it began.</param>
    /// <param name="took">How long it took.</param>
    public static RunRecord Of(RunKey key, string name, RunOutcome outcome, DateTimeOffset started, TimeSpan took) =>
        new(key, name, outcome.Metrics, started, took.TotalMinutes, RunProvenance.Current)
        {
            Payload = PayloadOf(outcome.WordErrors),
            Checkpoint = outcome.Checkpoint,
        };

    /// <summary>Computes a run and records when it began and how long it took; no ledger is told.</summary>
    /// <param name="key">What makes it the same run.</param>
    /// <param name="name">What tables call it.</param>
    /// <param name="measure">Computes it.</param>
    public static RunRecord Measure(RunKey key, string name, Func<RunOutcome> measure)
    {
        var started = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        var outcome = measure();
        return Of(key, name, outcome, started, clock.Elapsed);
    }

    /// <summary>The payload that <see cref="WordErrors"/> reads.</summary>
    internal static JsonNode? PayloadOf(IReadOnlyDictionary<string, WordErrorCounts> wordErrors) =>
        wordErrors.Count == 0
            ? null
            : new JsonObject { [WordErrorsKey] = JsonSerializer.SerializeToNode(wordErrors, CanonicalJson.Options) };
}
