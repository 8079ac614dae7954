using System.Security.Cryptography;
using System.Text;

namespace DistilWhisperLab.Runtime;

/// <summary>Tells by their bytes whether files are still the same.</summary>
internal static class Fingerprint
{
    /// <summary>The SHA-256 of a file, or of a directory's files of the given endings by name, in hexadecimal.</summary>
    public static string Of(string path, params ReadOnlySpan<string> endings)
    {
        if (File.Exists(path))
        {
            using var stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }

        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var wanted = endings.ToArray();
        foreach (var file in Directory.GetFiles(path).Where(f => wanted.Any(f.EndsWith)).Order(StringComparer.Ordinal))
        {
            all.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(file)} {Of(file)}\n"));
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    /// <summary>That of a model: its weights, configuration and vocabulary.</summary>
    public static string OfModel(string path) => Of(path, ".safetensors", "config.json", "vocab.json", "merges.txt", "tokenizer.json");
}
