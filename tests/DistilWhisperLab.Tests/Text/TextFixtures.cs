using System.Collections.Concurrent;
using System.Text.Json;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests.Text;

/// <summary>Cases and tokenizers computed elsewhere; where they are absent the test is skipped and says so.</summary>
internal static class TextFixtures
{
    private static readonly Lazy<string?> Folder = new(Find);
    private static readonly ConcurrentDictionary<string, WhisperTokenizer> Tokenizers = new();

    public static string Path(string name)
    {
        var folder = Folder.Value;
        Assert.SkipWhen(folder is null, "There are no fixtures: set DISTILWHISPERLAB_FIXTURES to their directory.");
        var path = System.IO.Path.Combine(folder!, name);
        Assert.SkipUnless(System.IO.Path.Exists(path), $"The fixtures lack {name}.");
        return path;
    }

    /// <summary>A real tokenizer, loaded once for all tests.</summary>
    public static WhisperTokenizer Tokenizer(string directory) =>
        Tokenizers.GetOrAdd(Path(directory), WhisperTokenizer.Load);

    public static List<JsonElement> Cases(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path(name)));
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    public static int[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(id => id.GetInt32())];

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("DISTILWHISPERLAB_FIXTURES") is { Length: > 0 } named)
        {
            return named;
        }

        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "DistilWhisperLab.sln")))
        {
            folder = folder.Parent;
        }

        var beside = System.IO.Path.Combine(folder?.Parent?.FullName ?? "/", "shared", "fixtures");
        return Directory.Exists(beside) ? beside : null;
    }
}
