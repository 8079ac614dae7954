namespace DistilWhisperLab.Corpora;

/// <summary>A corpus in figures.</summary>
/// <param name="Manifest">The manifest's path.</param>
/// <param name="Utterances">How many.</param>
/// <param name="Hours">Of speech, the pauses between utterances left out.</param>
/// <param name="Words">Words spoken.</param>
/// <param name="DistinctWords">Different ones among them.</param>
/// <param name="WordsPerUtterance">Their mean number.</param>
/// <param name="DistinctSentences">Different texts.</param>
/// <param name="ShortestSeconds">The shortest utterance.</param>
/// <param name="LongestSeconds">The longest utterance.</param>
/// <param name="Recordings">Audio files.</param>
/// <param name="Megabytes">Their size together, in 10^6 bytes.</param>
/// <param name="Voices">Utterances by voice.</param>
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
    IReadOnlyDictionary<string, int> Voices)
{
    /// <summary>Counts a corpus; no audio is decoded.</summary>
    /// <exception cref="CorpusException">The manifest is wrong or a recording is missing.</exception>
    public static CorpusStatistics Of(string manifestPath)
    {
        var rows = Corpus.Open(manifestPath).Utterances;
        var folder = Path.GetDirectoryName(Path.GetFullPath(manifestPath))!;
        var words = rows.SelectMany(u => SpokenWords.Of(u.Text)).ToList();
        var files = rows.Select(u => u.Audio).Distinct().ToList();
        return new CorpusStatistics(
            manifestPath,
            rows.Count,
            Math.Round(rows.Sum(u => u.Duration) / 3600, 3),
            words.Count,
            words.Distinct().Count(),
            Math.Round((double)words.Count / rows.Count, 2),
            rows.Select(u => u.Text).Distinct().Count(),
            rows.Min(u => u.Duration),
            rows.Max(u => u.Duration),
            files.Count,
            Math.Round(files.Sum(f => new FileInfo(Path.Combine(folder, f)).Length) / 1e6, 2),
            rows.CountBy(u => u.Voice).OrderBy(v => v.Key, StringComparer.Ordinal).ToDictionary());
    }
}
