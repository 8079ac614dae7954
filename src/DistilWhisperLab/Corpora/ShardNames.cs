using System.Text.RegularExpressions;

namespace DistilWhisperLab.Corpora;

/// <summary>
/// What the names of shards say: <c>{split}-00000-of-00002.parquet</c>, in older sets with a hash behind, or
/// <c>{split}/0000.parquet</c>, as the Hugging Face Hub converts sets.
/// </summary>
internal static partial class ShardNames
{
    // Hugging Face's words for a repository's only folder and only configuration, which name nothing.
    private static readonly string[] Nameless = ["data", "default"];

    /// <summary>The split that a shard belongs to.</summary>
    public static string Split(string file)
    {
        var stem = Path.GetFileNameWithoutExtension(file);
        return Numbered().Match(stem) is { Success: true } numbered ? numbered.Groups["split"].Value
            : stem.Any(char.IsLetter) ? stem
            : Directory.GetParent(Path.GetFullPath(file))!.Name;
    }

    /// <summary>The domain of shards in a folder: its name, or of the folder above it where it is named after a split.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="names">The shards, relative to it.</param>
    public static string Domain(string folder, IEnumerable<string> names)
    {
        var place = new DirectoryInfo(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var isSplit = names.Any(n => !n.Contains('/') && !Path.GetFileNameWithoutExtension(n).Any(char.IsLetter));
        while ((isSplit || Nameless.Contains(place.Name)) && place.Parent is { } above)
        {
            (place, isSplit) = (above, false);
        }

        return place.Name;
    }

    /// <summary>Throws where a split lacks one of its numbered shards, or has some of two sets of them.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="names">The shards, relative to it.</param>
    /// <exception cref="CorpusException">It is so.</exception>
    public static void CheckComplete(string folder, IEnumerable<string> names)
    {
        var splits = names
            .Select(name => (Place: Path.GetDirectoryName(name)!, Match: Numbered().Match(Path.GetFileNameWithoutExtension(name))))
            .Where(shard => shard.Match.Success)
            .GroupBy(shard => (shard.Place, Split: shard.Match.Groups["split"].Value), shard => shard.Match.Groups);
        foreach (var split in splits)
        {
            var (place, name) = (Path.Combine(folder, split.Key.Place), split.Key.Split);
            string[] totals = [.. split.Select(s => s["total"].Value).Distinct()];
            var numbers = split.Select(s => int.Parse(s["number"].Value)).ToHashSet();
            if (totals is [var total, var other, ..])
            {
                throw new CorpusException($"{place} holds shards {name} of {total} and of {other}; remove those of the older set.");
            }

            if (numbers.Count < split.Count())
            {
                throw new CorpusException($"{place} holds a shard {name} of one number twice, under two hashes; remove those of the older set.");
            }

            if (Enumerable.Range(0, int.Parse(totals[0])).FirstOrDefault(n => !numbers.Contains(n), -1) is var missing and >= 0)
            {
                throw new CorpusException(
                    $"{place} lacks the shard {name}-{missing:00000}-of-{totals[0]}.parquet; bring it in, or name one shard's file to read that alone.");
            }
        }
    }

    [GeneratedRegex("^(?<split>.+)-(?<number>[0-9]{5})-of-(?<total>[0-9]{5})(-[0-9a-zA-Z]+)?$")]
    private static partial Regex Numbered();
}
