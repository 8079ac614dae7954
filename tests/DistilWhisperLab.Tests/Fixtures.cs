using System.Collections.Concurrent;
using System.Text.Json;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests;

/// <summary>Real checkpoints, recordings and golden outputs; not part of the repository.</summary>
internal static class Fixtures
{
    /// <summary>The fixtures' folder; skips the calling test where there is none.</summary>
    public static string Folder
    {
        get
        {
            var folder = Environment.GetEnvironmentVariable("DISTILWHISPERLAB_FIXTURES")
                ?? Path.Combine(LabPaths.Repository, "..", "shared", "fixtures");
            if (!Directory.Exists(folder))
            {
                Assert.Skip($"The fixtures are not at {folder}; set DISTILWHISPERLAB_FIXTURES to their folder.");
            }

            return Path.GetFullPath(folder);
        }
    }

    /// <summary>The path of a file or directory; skips the calling test where it is missing.</summary>
    public static string File(params string[] parts)
    {
        var path = Path.Combine([Folder, .. parts]);
        Assert.SkipUnless(Path.Exists(path), $"The fixtures lack {string.Join('/', parts)}.");
        return path;
    }

    /// <summary>The objects of a file that holds a list of them.</summary>
    public static List<JsonElement> Cases(string name)
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(File(name)));
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    /// <summary>A list of numbers of a case.</summary>
    public static int[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(id => id.GetInt32())];

    /// <summary>A real tokenizer, loaded once for all tests.</summary>
    public static WhisperTokenizer Tokenizer(string directory) => Tokenizers.GetOrAdd(File(directory), WhisperTokenizer.Load);

    private static readonly ConcurrentDictionary<string, WhisperTokenizer> Tokenizers = new();

    /// <summary>A directory with the complete real whisper-tiny.en as two shards, assembled once.</summary>
    public static string TinyEnglish => AssembledTinyEnglish.Value;

    private static readonly Lazy<string> AssembledTinyEnglish = new(() =>
    {
        var source = File("whisper-tiny.en-without-token-embedding");
        var target = Path.Combine(Path.GetTempPath(), "distilwhisperlab-tests", "whisper-tiny.en");
        Directory.CreateDirectory(target);
        foreach (var file in Directory.GetFiles(source).Where(f => !f.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            System.IO.File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        }

        const string embedding = "model.decoder.embed_tokens.weight";
        var map = new Dictionary<string, string> { [embedding] = "model-00002-of-00002.safetensors" };
        Link(Path.Combine(source, "model.safetensors"), Path.Combine(target, "model-00001-of-00002.safetensors"));
        Link(Path.Combine(source, "token-embedding.safetensors"), Path.Combine(target, map[embedding]));
        using (var shard = SafetensorsFile.Open(Path.Combine(target, "model-00001-of-00002.safetensors")))
        {
            foreach (var name in shard.Entries.Keys)
            {
                map[name] = "model-00001-of-00002.safetensors";
            }
        }

        AtomicFile.WriteText(
            Path.Combine(target, "model.safetensors.index.json"),
            JsonSerializer.Serialize(new { metadata = new { }, weight_map = map }));
        return target;
    });

    private static void Link(string from, string to)
    {
        if (!System.IO.File.Exists(to))
        {
            System.IO.File.CreateSymbolicLink(to, from);
        }
    }
}
