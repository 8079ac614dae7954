using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Corpora.Synthesis;
using DistilWhisperLab.Notebooks;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab corpus</c>: the lab world's speech, made from its specification, and any corpus in figures.</summary>
internal static class CorpusCommand
{
    private const int MostCounts = 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static Command Create() => new("corpus", "The lab world's speech.") { Build(), CorpusExportCommand.Create(), Info() };

    private static Command Build()
    {
        var specification = new Option<string>("--spec")
        {
            Description = "The specification.",
            DefaultValueFactory = _ => Path.Combine(LabPaths.Data, "corpus.json"),
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for manifests and recordings.",
            DefaultValueFactory = _ => Path.Combine(LabPaths.Artifacts, "corpus"),
        };
        var splits = new Option<string[]>("--splits")
        {
            Description = "Which splits, parted by spaces or commas; all by default.",
            AllowMultipleArgumentsPerToken = true,
        };
        var threads = new Option<int>("--threads")
        {
            Description = "How many recordings are made at once.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        threads.MustBePositive();
        var build = new Command("build", "Synthesise the corpus; run again to go on after a stop.")
        {
            specification, output, splits, threads,
        };
        build.SetAction(async (parsed, stop) =>
        {
            var loaded = CorpusSpecification.Load(parsed.GetRequiredValue(specification));
            var builder = new CorpusBuilder(loaded);
            string[] names = parsed.GetValue(splits) is { Length: > 0 } given
                ? [.. given.SelectMany(s => s.Split(',')).Distinct()]
                : [.. loaded.Splits.Keys];
            Array.ForEach(names, loaded.RequireSplit);
            foreach (var alike in await builder.VoicesAlikeAsync(names, stop))
            {
                await Console.Error.WriteLineAsync($"One voice by {alike.Count} names, so that holding out one of them holds out nothing: {string.Join(", ", alike)}.");
            }

            foreach (var split in names)
            {
                using var progress = new LabProgress();
                await builder.BuildAsync(split, parsed.GetRequiredValue(output), parsed.GetValue(threads), progress, stop);
            }

            return 0;
        });
        return build;
    }

    private static Command Info()
    {
        var manifests = new Argument<string[]>("manifests")
        {
            Description = "Manifests, Parquet shards, LibriSpeech directories or Common Voice tables; by default the manifests of the shipped corpus.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON document." };
        var info = new Command("info", "Count a corpus: utterances, hours, words, domains, voices, faults.") { manifests, json };
        info.SetStoppableAction((parsed, stop) =>
        {
            var paths = parsed.GetValue(manifests) is { Length: > 0 } given ? given : Shipped();
            using var progress = new LabProgress();
            var statistics = paths.Select(path => CorpusStatistics.Of(path, progress, stop)).ToList();
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(statistics, Json) : Table(statistics));
            return 0;
        });
        return info;
    }

    private static string[] Shipped()
    {
        var folder = Path.Combine(LabPaths.Data, "corpus");
        string[] manifests = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal)] : [];
        return manifests.Length > 0
            ? manifests
            : throw new CorpusException($"{folder} holds no manifest; name one, or make the shipped ones with {CorpusSpecification.LabWorld().ShippingCommand}.");
    }

    private static string Table(IEnumerable<CorpusStatistics> statistics) => string.Join('\n', statistics.Select(s =>
        $"""
        {s.Manifest}
          {s.Utterances} utterances, {s.DistinctSentences} different sentences, {s.Hours:0.00} hours
          {s.ShortestSeconds:0.00} to {s.LongestSeconds:0.00} s an utterance, {s.WordsPerUtterance:0.0} words in the mean
          {s.Words} words, {s.DistinctWords} different ones
          {s.Recordings} recordings, {s.Megabytes:0.0} MB
          domains: {Counts(s.Domains)}
          voices: {Counts(s.Voices)}
          faults: {(s.Faults.Count > 0 ? Counts(s.Faults) : "none")}
        """));

    /// <summary>The names with their counts; of more than fit a screen, the most frequent ones.</summary>
    private static string Counts(IReadOnlyDictionary<string, int> counts) => counts.Count <= MostCounts
        ? string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}"))
        : string.Join(", ", counts.OrderByDescending(c => c.Value).Take(MostCounts).Select(c => $"{c.Key} {c.Value}"))
            + $" and {counts.Count - MostCounts} more";
}
