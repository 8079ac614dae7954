using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>Tells by what lies at a path which format a corpus has.</summary>
internal static class CorpusFormats
{
    private const string Expected =
        "a manifest (.jsonl), Parquet shards, a directory of LibriSpeech (speaker/chapter/*.trans.txt) or a table of Common Voice (.tsv)";

    /// <summary>Opens a corpus of any format.</summary>
    public static CorpusSource Open(string path, IProgress<Progress>? progress, CancellationToken stop)
    {
        if (Directory.Exists(path))
        {
            return OpenFolder(path, progress, stop);
        }

        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".jsonl" or ".json" => Manifest.Open(path),
            _ when !File.Exists(path) => throw new CorpusException($"There is no corpus {path}; expected {Expected}."),
            ".parquet" => ParquetShards.OpenFile(path, progress, stop),
            ".tsv" => CommonVoice.Open(path, progress, stop),
            _ => throw new CorpusException($"{path} is no corpus by its name; expected {Expected}."),
        };
    }

    private static CorpusSource OpenFolder(string folder, IProgress<Progress>? progress, CancellationToken stop)
    {
        string[] tables = [.. Files(folder, "*.jsonl"), .. Files(folder, "*.tsv").Where(f => Path.GetFileName(f) != CommonVoice.Durations)];
        var shards = ParquetShards.Below(folder);
        if (shards.Any(s => Path.GetDirectoryName(s) is "" or "data"))
        {
            return ParquetShards.OpenFolder(folder, shards, progress, stop);
        }

        if (LibriSpeech.IsAt(folder))
        {
            return LibriSpeech.Open(folder, progress, stop);
        }

        // Shards that lie deeper come last: they may be what the corpus was exported to, or its labels.
        return tables switch
        {
            [] when shards.Count > 0 => ParquetShards.OpenFolder(folder, shards, progress, stop),
            [] => throw new CorpusException($"The folder {folder} holds no corpus; expected {Expected}."),
            [var table] => Open(table, progress, stop),
            _ => throw new CorpusException($"The folder {folder} holds several corpora; name one: {string.Join(", ", tables.Select(Path.GetFileName))}."),
        };
    }

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.GetFiles(folder, pattern)
            .Where(f => !Path.GetFileName(f).StartsWith('.'))
            .Order(StringComparer.Ordinal);
}
