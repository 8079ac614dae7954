using DistilWhisperLab.Runtime;

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

    public static string File(params string[] parts) => Path.Combine([Folder, .. parts]);

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
        using (var shard = DistilWhisperLab.Models.SafetensorsFile.Open(Path.Combine(target, "model-00001-of-00002.safetensors")))
        {
            foreach (var name in shard.Entries.Keys)
            {
                map[name] = "model-00001-of-00002.safetensors";
            }
        }

        AtomicFile.WriteText(
            Path.Combine(target, "model.safetensors.index.json"),
            System.Text.Json.JsonSerializer.Serialize(new { metadata = new { }, weight_map = map }));
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
