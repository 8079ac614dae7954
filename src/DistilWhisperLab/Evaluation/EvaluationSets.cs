using DistilWhisperLab.Corpora;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Evaluation;

/// <summary>Test sets from manifests.</summary>
public static class EvaluationSets
{
    /// <summary>Every domain of a manifest as a set, in the manifest's order.</summary>
    /// <param name="corpus">The manifest.</param>
    /// <param name="kindOf">The kind of a domain of a split; null takes <see cref="KindOf"/>.</param>
    /// <param name="split">The only split wanted; null for all.</param>
    /// <exception cref="CorpusException">It has no utterance of that split.</exception>
    public static IReadOnlyList<EvaluationSet> Of(
        Corpus corpus, Func<string, string, SetKind>? kindOf = null, string? split = null)
    {
        kindOf ??= KindOf;
        var found = corpus.Utterances.Select(u => u.Split).Distinct().ToList();
        var sets = corpus.Utterances
            .Where(u => split is null || u.Split == split)
            .Select(u => (u.Domain, u.Split)).Distinct()
            .Select(set => new EvaluationSet(
                set.Domain, kindOf(set.Domain, set.Split), set.Split,
                corpus.Where(u => u.Domain == set.Domain && u.Split == set.Split)))
            .ToList();
        return sets.Count > 0
            ? sets
            : throw new CorpusException($"No utterance belongs to the split {split}; the manifest has {string.Join(", ", found)}.");
    }

    /// <summary>The kind where nothing else is known: the split <c>long</c> is long, and every domain in distribution.</summary>
    public static SetKind KindOf(string domain, string split) => split == "long" ? SetKind.LongId : SetKind.Id;

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
