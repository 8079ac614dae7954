using System.Text.Json;
using System.Text.Json.Nodes;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Runtime;
using Microsoft.Data.Analysis;

namespace DistilWhisperLab.Evaluation;

/// <summary>How well a model hears a number of test sets.</summary>
/// <param name="Model">What the model is called.</param>
/// <param name="Sets">A result a set, in the order asked for.</param>
public sealed record EvaluationReport(string Model, IReadOnlyList<SetResult> Sets)
{
    /// <summary>Raised when an evaluation's results change, so that what the ledger has is computed anew.</summary>
    public const int Recipe = 2;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Evaluates a model. A set that the ledger has for this model and these settings is taken from it.</summary>
    /// <param name="name">What the model is called.</param>
    /// <param name="model">The model.</param>
    /// <param name="sets">The test sets.</param>
    /// <param name="ledger">Asked first, told of every set measured.</param>
    /// <param name="settings">How the sets are transcribed; null for the defaults.</param>
    /// <param name="progress">Told of the utterances done; null for none.</param>
    /// <param name="stop">Stops between two batches; the sets done are in the ledger.</param>
    /// <exception cref="LabException">Audio is missing or damaged, or the options contradict one another.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static EvaluationReport Of(
        string name,
        Transcriber model,
        IEnumerable<EvaluationSet> sets,
        RunLedger ledger,
        EvaluationSettings? settings = null,
        IProgress<Progress>? progress = null,
        CancellationToken stop = default)
    {
        settings ??= new EvaluationSettings();
        var hash = ContentHash.Model(model.Model);
        var noise = settings.Noise?.Identity;
        // A real-time factor is one of a kind of device; a CPU has no name here, as in the records made before others had.
        var device = model.Model.Device.type == TorchSharp.DeviceType.CPU ? null : model.Model.Device.type.ToString();
        var results = new List<SetResult>();
        foreach (var set in sets)
        {
            stop.ThrowIfCancellationRequested();
            // What decides no result of the set is null, and so no part of the key.
            var decoding = new
            {
                sequential = set.HasLongerThan(model.Model.Config.WindowSeconds) ? settings.LongForm : null,
                greedy = set.IsLong ? null : settings.Decoding,
                Batch = set.IsLong ? (int?)null : settings.Batch,
                normalizer = settings.Decoding.Language is "en" ? null : settings.Decoding.Language,
                noise,
                device,
            };
            var key = RunKey.Of(RunKey.Evaluate, hash, ContentHash.Data(set.Corpus), decoding, settings.Decoding.Seed, Recipe);
            var run = ledger.FindOrRun(
                key, $"{name} on {set.Name}{(settings.Noise is null ? "" : $" in {settings.Noise}")}", () => SetTranscription.Measure(model, set, settings, progress, stop));
            results.Add(SetResult.Of(set, settings.Noise, run));
        }

        return new EvaluationReport(name, results);
    }

    /// <summary>The mean word error rate of some kinds of sets, each set counting alike, in percent; null without such a set.</summary>
    public double? Average(params ReadOnlySpan<SetKind> kinds)
    {
        var wanted = kinds.ToArray();
        return Sets.Where(set => wanted.Contains(set.Kind)).Select(set => (double?)set.Wer).Average();
    }

    /// <summary>
    /// <c>{model, sets: [{set, kind, split, words, wer, interval, substitutions, deletions, insertions, rtf}],
    /// average: {id, ood, long}}</c>, rates in percent; <c>long</c> is the mean of all long sets, and an average of no
    /// set is null. A set in noise has <c>noise</c> besides.
    /// </summary>
    public JsonObject ToJson() => new()
    {
        ["model"] = Model,
        ["sets"] = JsonSerializer.SerializeToNode(Sets, Json),
        ["average"] = new JsonObject
        {
            ["id"] = Average(SetKind.Id),
            ["ood"] = Average(SetKind.Ood),
            ["long"] = Average(SetKind.LongId, SetKind.LongOod),
        },
    };

    /// <summary>A row a set.</summary>
    public DataFrame ToDataFrame() => new(
        new StringDataFrameColumn("set", Sets.Select(set => set.Set)),
        new StringDataFrameColumn("kind", Sets.Select(set => KindName(set.Kind))),
        new StringDataFrameColumn("split", Sets.Select(set => set.Split)),
        new StringDataFrameColumn("noise", Sets.Select(set => set.Noise ?? "none")),
        new Int32DataFrameColumn("words", Sets.Select(set => set.Words)),
        new DoubleDataFrameColumn("wer", Sets.Select(set => set.Wer)),
        new DoubleDataFrameColumn("low", Sets.Select(set => set.Interval.Low)),
        new DoubleDataFrameColumn("high", Sets.Select(set => set.Interval.High)),
        new Int32DataFrameColumn("substitutions", Sets.Select(set => set.Substitutions)),
        new Int32DataFrameColumn("deletions", Sets.Select(set => set.Deletions)),
        new Int32DataFrameColumn("insertions", Sets.Select(set => set.Insertions)),
        new DoubleDataFrameColumn("rtf", Sets.Select(set => set.Rtf)),
        new StringDataFrameColumn("source", Sets.Select(set => set.Source.Text())));

    /// <summary>A kind as tables and JSON call it, for example <c>long-id</c>.</summary>
    public static string KindName(SetKind kind) => JsonSerializer.SerializeToElement(kind).GetString()!;
}
