using System.Text.Json.Nodes;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Corpora;

public sealed class CorpusSpecificationTests : IDisposable
{
    private readonly TemporaryCorpus _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void The_shipped_specification_has_what_the_lab_world_promises()
    {
        var specification = CorpusSpecification.Load(Path.Combine(LabPaths.Data, "corpus.json"));

        Assert.True(specification.Voices.Count >= 8);
        Assert.NotEmpty(specification.UnseenVoices);
        Assert.Equal(4000, specification.Splits["teacher"].Utterances);
        Assert.Equal(1000, specification.Splits["train"].Utterances);
        Assert.Equal(120, specification.Splits["validation"].Utterances);
        Assert.Equal(240, specification.Splits["test"].Utterances);
        Assert.Equal(120, specification.Splits["test-unseen-voice"].Utterances);
        Assert.Equal(specification.UnseenVoices, specification.VoicesOf("test-unseen-voice"));
        Assert.Equal(["teacher"], specification.Splits.Where(s => !s.Value.Shipped).Select(s => s.Key));
    }

    [Theory]
    [InlineData("wordsPerMinute", "[200, 100]", "wordsPerMinute")]
    [InlineData("wordsPerMinute", "[150]", "wordsPerMinute")]
    [InlineData("wordsPerMinute", "[0, 150]", "wordsPerMinute")]
    [InlineData("pitch", "[10, 120]", "pitch")]
    [InlineData("noise", "{\"share\": 1.5, \"snr\": [15, 40]}", "noise.share")]
    [InlineData("noise", "{\"share\": 0.5, \"snr\": []}", "noise.snr")]
    [InlineData("longest", "0", "longest")]
    [InlineData("longest", "30", "longest")]
    [InlineData("voices", "[]", "none")]
    [InlineData("voices", "null", "voices")]
    [InlineData("unseenVoices", "[\"en-us+m3\"]", "en-us+m3 is both")]
    [InlineData("seed", "\"one\"", "seed")]
    [InlineData("splits", "{}", "no splits")]
    [InlineData("splits", "{\"a/b\": {\"utterances\": 1}}", "a/b")]
    [InlineData("splits", "{\"a\": {\"utterances\": 0}}", "split a has 0")]
    [InlineData("splits", "{\"a\": {\"utterances\": 1, \"voices\": \"loud\"}}", "loud")]
    [InlineData("grammar", "{\"sentence\": [\"{name}\"]}", "{name}, which is not a rule")]
    [InlineData("colour", "1", "colour")]
    public void A_wrong_value_is_named_with_the_file(string name, string value, string complaint)
    {
        var specification = JsonNode.Parse(File.ReadAllText(Path.Combine(LabPaths.Data, "corpus.json")))!;
        specification[name] = JsonNode.Parse(value);
        var path = _files.PathOf("spec.json");
        File.WriteAllText(path, specification.ToJsonString());

        var error = Assert.Throws<CorpusException>(() => CorpusSpecification.Load(path));

        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_or_broken_file_is_named()
    {
        var path = _files.PathOf("spec.json");
        Assert.Contains(path, Assert.Throws<CorpusException>(() => CorpusSpecification.Load(path)).Message, StringComparison.Ordinal);

        foreach (var text in new[] { "", "null", "[]", "{\"version\": 1}" })
        {
            File.WriteAllText(path, text);
            Assert.StartsWith(path, Assert.Throws<CorpusException>(() => CorpusSpecification.Load(path)).Message, StringComparison.Ordinal);
        }
    }
}
