using DistilWhisperLab.Corpora;
using DistilWhisperLab.Corpora.Synthesis;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Evaluation;

/// <summary>Test sets from manifests.</summary>
public static class EvaluationSets
{
    private static readonly Lazy<CorpusSpecification> World = new(CorpusSpecification.LabWorld);

    /// <summary>
    /// The sets that somebody names: a corpus of any format by its path, a domain of the shipped test sets (<c>news</c>) or
    /// a split of the shipped corpus (<c>long</c>) by its name.
    /// </summary>
    /// <param name="names">The names; none for all shipped test sets.</param>
    /// <param name="split">The only split wanted; null for all.</param>
    /// <param name="kind">What the sets are to a student; null asks <see cref="KindOf"/>.</param>
    /// <param name="progress">Told of audio whose duration is taken.</param>
    /// <param name="stop">Ends the taking of durations; null where nothing does.</param>
    /// <exception cref="CorpusException">There is nothing of a name, or nothing of the split.</exception>
    public static IReadOnlyList<EvaluationSet> Named(
        IReadOnlyList<string> names, string? split = null, SetKind? kind = null, IProgress<Progress>? progress = null, CancellationToken? stop = null) =>
        Of((names.Count > 0 ? names.Distinct() : Shipped()).SelectMany(name => Open(name, progress, stop)), split, kind);

    /// <summary>Every domain of some manifests as a set, in their order.</summary>
    /// <param name="corpora">The manifests.</param>
    /// <param name="split">The only split wanted; null for all.</param>
    /// <param name="kind">What the sets are to a student; null asks <see cref="KindOf"/>.</param>
    /// <exception cref="CorpusException">None has an utterance of that split.</exception>
    public static IReadOnlyList<EvaluationSet> Of(IEnumerable<Corpus> corpora, string? split = null, SetKind? kind = null)
    {
        var all = corpora.SelectMany(corpus => corpus.Utterances
            .Select(u => (u.Domain, u.Split)).Distinct()
            .Select(set => new EvaluationSet(
                set.Domain, kind ?? KindOf(set.Domain, set.Split), set.Split,
                corpus.Where(u => u.Domain == set.Domain && u.Split == set.Split)))).ToList();
        var wanted = all.Where(set => split is null || set.Split == split).ToList();
        return wanted.Count > 0
            ? wanted
            : throw new CorpusException($"No utterance belongs to the split {split}; there are {string.Join(", ", all.Select(set => set.Split).Distinct())}.");
    }

    /// <summary>Every domain of a manifest as a set.</summary>
    /// <param name="corpus">The manifest.</param>
    public static IReadOnlyList<EvaluationSet> Of(Corpus corpus) => Of([corpus]);

    /// <summary>Reads a kind as tables and JSON call it, for example <c>long-id</c>.</summary>
    /// <exception cref="LabException">There is none of that name.</exception>
    public static SetKind ParseKind(string name) =>
        Enum.GetValues<SetKind>().Where(kind => EvaluationReport.KindName(kind) == name).Select(kind => (SetKind?)kind).FirstOrDefault()
        ?? throw new LabException($"There is no kind {name}; there are {string.Join(", ", Enum.GetValues<SetKind>().Select(EvaluationReport.KindName))}.");

    /// <summary>
    /// What the lab world's specification says of a domain and a split. A domain that it does not know counts as in
    /// distribution, a split as one of utterances.
    /// </summary>
    public static SetKind KindOf(string domain, string split)
    {
        var isLong = World.Value.Splits.TryGetValue(split, out var settings) && settings.LongForm is not null;
        var isKnown = World.Value.Domains.TryGetValue(domain, out var found);
        return (isLong, isKnown && found!.Kind == DomainKind.OutOfDistribution) switch
        {
            (false, false) => SetKind.Id,
            (false, true) => SetKind.Ood,
            (true, false) => SetKind.LongId,
            (true, true) => SetKind.LongOod,
        };
    }

    private static IEnumerable<Corpus> Open(string name, IProgress<Progress>? progress, CancellationToken? stop)
    {
        var isWord = name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && !Path.Exists(name);
        if (isWord && File.Exists(PathOf(name)))
        {
            return [Corpus.Shipped(name)];
        }

        if (isWord && World.Value.Domains.ContainsKey(name))
        {
            return Shipped().Select(path => Corpus.Open(path).Where(u => u.Domain == name));
        }

        return !isWord
            ? [Corpus.Open(name, progress, stop)]
            : throw new CorpusException($"There is no set {name}: no file or folder of that name, no domain ({string.Join(", ", World.Value.Domains.Keys)}) and no shipped split ({string.Join(", ", World.Value.Splits.Where(s => s.Value.Shipped).Select(s => s.Key))}).");
    }

    private static string PathOf(string split) => Path.Combine(LabPaths.Data, "corpus", split + ".jsonl");

    /// <summary>The manifests of the shipped test sets: test.jsonl and, where there is one, long.jsonl.</summary>
    /// <exception cref="CorpusException">There is none.</exception>
    public static IReadOnlyList<string> Shipped()
    {
        string[] found = [.. new[] { "test", "long" }.Select(PathOf).Where(File.Exists)];
        return found.Length > 0
            ? found
            : throw new CorpusException($"{Path.GetDirectoryName(PathOf("test"))} holds neither test.jsonl nor long.jsonl; name other sets, or make these with {World.Value.ShippingCommand}.");
    }
}
