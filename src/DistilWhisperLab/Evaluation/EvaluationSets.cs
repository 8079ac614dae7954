using DistilWhisperLab.Corpora;
using DistilWhisperLab.Corpora.Synthesis;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Evaluation;

/// <summary>Test sets from manifests.</summary>
public static class EvaluationSets
{
    private static readonly Lazy<CorpusSpecification> World = new(CorpusSpecification.LabWorld);

    /// <summary>Every domain of a manifest as a set, in the manifest's order.</summary>
    /// <param name="corpus">The manifest.</param>
    /// <param name="split">The only split wanted; null for all.</param>
    /// <exception cref="CorpusException">It has no utterance of that split.</exception>
    public static IReadOnlyList<EvaluationSet> Of(Corpus corpus, string? split = null)
    {
        var found = corpus.Utterances.Select(u => u.Split).Distinct().ToList();
        var sets = corpus.Utterances
            .Where(u => split is null || u.Split == split)
            .Select(u => (u.Domain, u.Split)).Distinct()
            .Select(set => new EvaluationSet(
                set.Domain, KindOf(set.Domain, set.Split), set.Split,
                corpus.Where(u => u.Domain == set.Domain && u.Split == set.Split)))
            .ToList();
        return sets.Count > 0
            ? sets
            : throw new CorpusException($"No utterance belongs to the split {split}; the manifest has {string.Join(", ", found)}.");
    }

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

    /// <summary>The manifests of the shipped test sets: test.jsonl and, where there is one, long.jsonl.</summary>
    /// <exception cref="CorpusException">There is none.</exception>
    public static IReadOnlyList<string> Shipped()
    {
        var folder = Path.Combine(LabPaths.Data, "corpus");
        string[] found = [.. new[] { "test", "long" }.Select(name => Path.Combine(folder, name + ".jsonl")).Where(File.Exists)];
        return found.Length > 0
            ? found
            : throw new CorpusException($"{folder} holds neither test.jsonl nor long.jsonl; name manifests, or make the corpus with lab corpus build.");
    }
}
