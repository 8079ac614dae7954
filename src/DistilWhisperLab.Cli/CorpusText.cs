namespace DistilWhisperLab.Cli;

/// <summary>What the help says of every option that takes a corpus.</summary>
internal static class CorpusText
{
    /// <summary>What <c>Corpus.Open</c> takes.</summary>
    public const string Formats =
        "a manifest of JSON lines, Parquet shards, a LibriSpeech directory or a Common Voice table; PATH:SPLIT for one of its splits, PATH:ONE+OTHER for several";
}
