using System.Text;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>The README.md of exported shards, whose head tells <c>datasets</c> which files are which split.</summary>
internal static class DatasetCard
{
    /// <summary>The card's file.</summary>
    public const string FileName = "README.md";

    /// <summary>What follows the split in a shard's name, with <c>?</c> for a digit.</summary>
    public const string ShardSuffix = "-?????-of-?????.parquet";

    private const string Mark = "<!-- Written by lab corpus export. -->";

    /// <summary>Throws where a folder has a README of somebody else's.</summary>
    public static void CheckReplaceable(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (File.Exists(path) && !File.ReadAllText(path).Contains(Mark, StringComparison.Ordinal))
        {
            throw new CorpusException($"{path} was not written by an export and would be overwritten; choose another folder.");
        }
    }

    /// <summary>Describes all shards in a folder.</summary>
    public static void Write(string directory)
    {
        var splits = Directory.GetFiles(directory, "*" + ShardSuffix)
            .Select(f => new ParquetShard(f))
            .GroupBy(s => Path.GetFileName(s.File)[..^ShardSuffix.Length])
            .OrderBy(s => s.Key, StringComparer.Ordinal)
            .ToList();
        var card = new StringBuilder("---\ndataset_info:\n  features:\n");
        foreach (var (name, type) in ShardWriter.Features)
        {
            card.Append(type == "audio"
                ? $"  - name: {name}\n    dtype:\n      audio:\n        sampling_rate: {LogMelSpectrogram.SampleRate}\n"
                : $"  - name: {name}\n    dtype: {type}\n");
        }

        card.Append("configs:\n- config_name: default\n  data_files:\n");
        foreach (var split in splits)
        {
            card.Append($"  - split: {split.Key}\n    path: {split.Key}-*.parquet\n");
        }

        card.Append(
            $"""
            ---
            {Mark}

            # Speech with transcripts

            Each row is an utterance: mono audio at {LogMelSpectrogram.SampleRate} Hz as 16-bit WAV, its text, domain, split, voice, and its place
            (`recording`, `position`). `fault` names what was planted in it, for studies of filters; nothing is trained on it.

            | split | utterances |
            |---|---|

            """);
        foreach (var split in splits)
        {
            card.Append($"| {split.Key} | {split.Sum(s => s.Rows)} |\n");
        }

        card.Append("\n```python\nfrom datasets import load_dataset\n\nspeech = load_dataset(\"path/to/this/folder\")\n```\n");
        AtomicFile.WriteText(Path.Combine(directory, FileName), card.ToString());
    }
}
