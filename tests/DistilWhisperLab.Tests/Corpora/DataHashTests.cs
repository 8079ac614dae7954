using System.Security.Cryptography;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Corpora;

/// <summary>data/SHA256SUMS tells every shipped recording, manifest, weight, label and run, as <c>sha256sum --check</c> reads it.</summary>
public class DataHashTests
{
    [Fact]
    public void Every_shipped_file_is_the_one_that_its_hash_was_taken_of()
    {
        var listed = File.ReadLines(Path.Combine(LabPaths.Data, "SHA256SUMS"))
            .Select(line => line.Split("  ", 2))
            .ToDictionary(parts => parts[1], parts => parts[0]);
        var there = Directory.EnumerateDirectories(LabPaths.Data)
            .Where(folder => Path.GetFileName(folder) != "grammars")
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Append(Path.Combine(LabPaths.Data, "ledger.sqlite"))
            .Select(file => Path.GetRelativePath(LabPaths.Data, file).Replace('\\', '/'));

        Assert.Equal(there.Order(StringComparer.Ordinal), listed.Keys.Order(StringComparer.Ordinal));
        Assert.All(listed, file => Assert.Equal(file.Value, Hash(Path.Combine(LabPaths.Data, file.Key))));
    }

    private static string Hash(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
