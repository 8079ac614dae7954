using System.Text.Json;
using DistilWhisperLab.Cli;
using static DistilWhisperLab.Tests.Corpora.TemporaryCorpus;

namespace DistilWhisperLab.Tests.Corpora;

public sealed class CorpusCommandTests : IDisposable
{
    private readonly TemporaryCorpus _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Info_counts_a_corpus()
    {
        _files.SaveWav("a.wav", Steps(0.1f, 0.1f, 0.1f));
        _files.Open(
            Row("1", "a.wav", 0, 1, "It's twenty-one, it's late."),
            Row("2", "a.wav", 1, 0.8, "Late?"));

        var (exit, output) = await RunAsync("corpus", "info", "--json", _files.ManifestPath);

        Assert.Equal(0, exit);
        var counted = JsonDocument.Parse(output).RootElement[0];
        Assert.Equal(2, counted.GetProperty("utterances").GetInt32());
        Assert.Equal(6, counted.GetProperty("words").GetInt32());
        Assert.Equal(4, counted.GetProperty("distinctWords").GetInt32());
        Assert.Equal(3, counted.GetProperty("wordsPerUtterance").GetDouble());
        Assert.Equal(0.8, counted.GetProperty("shortestSeconds").GetDouble());
        Assert.Equal(1, counted.GetProperty("recordings").GetInt32());
        Assert.Equal(2, counted.GetProperty("voices").GetProperty("voice").GetInt32());
        Assert.Equal(2, counted.GetProperty("domains").GetProperty("daily").GetInt32());
        Assert.Empty(counted.GetProperty("faults").EnumerateObject());
        Assert.Contains("2 utterances", (await RunAsync("corpus", "info", _files.ManifestPath)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_prints_the_most_frequent_voices_only()
    {
        _files.SaveWav("a.wav", Steps(0.1f));
        _files.Open([.. Enumerable.Range(0, 27).Select(i => Row($"{i}", "a.wav", 0, 1) with { Voice = $"v{Math.Min(i, 24):00}" })]);

        var printed = (await RunAsync("corpus", "info", _files.ManifestPath)).Output;
        var json = (await RunAsync("corpus", "info", "--json", _files.ManifestPath)).Output;

        Assert.Contains("voices: v24 3, v00 1, ", printed, StringComparison.Ordinal);
        Assert.Contains(", v18 1 and 5 more\n", printed, StringComparison.Ordinal);
        Assert.Equal(25, JsonDocument.Parse(json).RootElement[0].GetProperty("voices").EnumerateObject().Count());
    }

    [Fact]
    public async Task Export_writes_shards_that_info_counts()
    {
        _files.SaveWav("a.wav", Steps(0.1f, 0.1f, 0.1f));
        _files.Open(
            Row("1", "a.wav", 0, 1),
            Row("2", "a.wav", 1, 1) with { Fault = "music" },
            Row("3", "a.wav", 2, 1) with { Domain = "talks" });

        var shards = _files.PathOf("shards");
        Assert.Equal(0, (await RunAsync("corpus", "export", "--corpus", _files.ManifestPath, "--out", shards, "--rows-per-shard", "2")).Exit);
        var (exit, output) = await RunAsync("corpus", "info", shards);

        Assert.Equal(0, exit);
        Assert.Contains("3 utterances", output, StringComparison.Ordinal);
        Assert.Contains("domains: daily 2, talks 1", output, StringComparison.Ordinal);
        Assert.Contains("faults: music 1", output, StringComparison.Ordinal);
        Assert.Contains("1 recordings", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "corpus", "info", "no-such-manifest.jsonl")]
    [InlineData(1, "corpus", "export", "--corpus", "no-such-folder", "--out", "nowhere")]
    [InlineData(2, "corpus", "export", "--corpus", "some.jsonl")]
    [InlineData(2, "corpus", "export", "--corpus", "some.jsonl", "--out", "nowhere", "--rows-per-shard", "0")]
    [InlineData(1, "corpus", "build", "--splits", "no-such-split")]
    [InlineData(1, "corpus", "build", "--spec", "no-such-specification.json")]
    [InlineData(2, "corpus", "build", "--threads", "0")]
    [InlineData(2, "corpus", "build", "--threads", "many")]
    [InlineData(2, "corpus", "burn")]
    public async Task Bad_input_ends_with_its_exit_code(int exit, params string[] args) =>
        Assert.Equal(exit, (await RunAsync(args)).Exit);

    private static async Task<(int Exit, string Output)> RunAsync(params string[] args)
    {
        var console = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            return (await Program.Main(args), output.ToString());
        }
        finally
        {
            Console.SetOut(console);
        }
    }
}
