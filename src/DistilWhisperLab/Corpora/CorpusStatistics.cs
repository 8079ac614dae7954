using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>A corpus in figures.</summary>
/// <param name="Manifest">The path that was opened.</param>
/// <param name="Utterances">How many.</param>
/// <param name="Hours">Of speech, the pauses between utterances left out.</param>
/// <param name="Words">Words spoken.</param>
/// <param name="DistinctWords">Different ones among them.</param>
/// <param name="WordsPerUtterance">Their mean number.</param>
/// <param name="DistinctSentences">Different texts.</param>
/// <param name="ShortestSeconds">The shortest utterance.</param>
/// <param name="LongestSeconds">The longest utterance.</param>
/// <param name="Recordings">Recordings that they were cut from.</param>
/// <param name="Megabytes">Of the files that hold their audio, in 10^6 bytes.</param>
/// <param name="Domains">Utterances by domain.</param>
/// <param name="Voices">Utterances by voice.</param>
/// <param name="Faults">Utterances by the fault planted in them; those without are left out.</param>
public sealed record CorpusStatistics(
    string Manifest,
    int Utterances,
    double Hours,
    int Words,
    int DistinctWords,
    double WordsPerUtterance,
    int DistinctSentences,
    double ShortestSeconds,
    double LongestSeconds,
    int Recordings,
    double Megabytes,
    IReadOnlyDictionary<string, int> Domains,
    IReadOnlyDictionary<string, int> Voices,
    IReadOnlyDictionary<string, int> Faults)
{
    /// <summary>Counts a corpus of any format; audio is decoded only where nothing else says its duration.</summary>
    /// <param name="path">As for <see cref="Corpus.Open"/>.</param>
    /// <param name="progress">As for <see cref="Corpus.Open"/>.</param>
    /// <param name="stop">As for <see cref="Corpus.Open"/>.</param>
    /// <exception cref="CorpusException">As for <see cref="Corpus.Open"/>.</exception>
    public static CorpusStatistics Of(string path, IProgress<Progress>? progress = null, CancellationToken stop = default)
    {
        var corpus = Corpus.Open(path, progress, stop);
        var rows = corpus.Utterances;
        var counts = rows.SelectMany(u => SpokenWords.Of(u.Text)).CountBy(word => word).ToDictionary();
        var words = counts.Values.Sum();
        return new CorpusStatistics(
            path,
            rows.Count,
            Math.Round(corpus.Hours, 3),
            words,
            counts.Count,
            Math.Round((double)words / rows.Count, 2),
            rows.Select(u => u.Text).Distinct().Count(),
            rows.Min(u => u.Duration),
            rows.Max(u => u.Duration),
            rows.Select(u => (u.Split, u.Recording)).Distinct().Count(),
            Math.Round(rows.SelectMany(corpus.Files).Distinct().Sum(f => new FileInfo(f).Length) / 1e6, 2),
            Count(rows.Select(u => u.Domain)),
            Count(rows.Select(u => u.Voice)),
            Count(rows.Select(u => u.Fault).OfType<string>()));
    }

    private static Dictionary<string, int> Count(IEnumerable<string> names) =>
        names.CountBy(name => name).OrderBy(n => n.Key, StringComparer.Ordinal).ToDictionary();
}
