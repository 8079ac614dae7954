using System.Text.Json.Nodes;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Corpora.Synthesis;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Corpora.Synthesis;

public sealed class CorpusSpecificationTests : IDisposable
{
    private static readonly string Shipped = Path.Combine(LabPaths.Data, "corpus.json");

    private readonly TemporaryCorpus _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("longest", "0", "longest is 0")]
    [InlineData("longest", "31", "longest is 31")]
    [InlineData("seed", "\"one\"", "seed")]
    [InlineData("colour", "1", "colour")]
    [InlineData("splits", "{}", "at least one domain and one split")]
    [InlineData("domains.crowd.voices", "[]", "domain crowd: it has no voices")]
    [InlineData("domains.crowd.voices", "null", "voices")]
    [InlineData("domains.crowd.voices", "[\"en-us\"]", "program first")]
    [InlineData("domains.crowd.voices", "[\"praat:en-us\"]", "espeak-ng, flite, festival")]
    [InlineData("domains.medical.unseenVoices", "[\"flite:slt\"]", "flite:slt is both")]
    [InlineData("domains.crowd.wordsPerMinute", "[200, 100]", "wordsPerMinute")]
    [InlineData("domains.crowd.wordsPerMinute", "[150]", "wordsPerMinute")]
    [InlineData("domains.crowd.pitch", "[10, 120]", "pitch")]
    [InlineData("domains.crowd.kind", "\"odd\"", "kind")]
    [InlineData("domains.crowd.sentences", "[]", "no file of sentences")]
    [InlineData("domains.crowd.acoustics", "{\"backgrounds\": [{\"kind\": \"rain\", \"share\": 1, \"snr\": [1, 2]}]}", "rain")]
    [InlineData("splits.test.utterances", "0", "split test: it has 0 utterances")]
    [InlineData("splits.test.unseenVoices", "2", "unseenVoices is 2")]
    [InlineData("splits.test.domains", "[\"choir\"]", "domain choir")]
    [InlineData("splits.test.faults", "{\"typo\": 0.1}", "no fault typo")]
    [InlineData("splits.test.faults", "{\"music\": 0.7, \"noise\": 0.7}", "1 together")]
    [InlineData("splits.long.longForm.recordings", "0", "longForm.recordings is 0")]
    [InlineData("splits.long.longForm.seconds", "[9, 1]", "longForm.seconds")]
    [InlineData("domains.crowd", "null", "$.domains.crowd is null")]
    [InlineData("domains.crowd.voices", "[null]", "$.domains.crowd.voices[0] is null")]
    [InlineData("splits.test", "null", "$.splits.test is null")]
    [InlineData("splits.test.domains", "[]", "domains is empty")]
    [InlineData("splits.test.domains", "[\"crowd\", \"news\", \"crowd\"]", "crowd twice")]
    [InlineData("splits.test.utterances", "2000000000", "1 to 1000000")]
    [InlineData("domains.medical.unseenVoices", "[\"espeak-ng:en-us+m3\"]", "unseen voice of one domain")]
    [InlineData("foreign", "{\"espeak-ng:de\": null}", "is null")]
    [InlineData("foreign", "{}", "\"foreign\" has no sentences")]
    [InlineData("foreign", "{\"de\": [\"Guten Tag.\"]}", "\"de\" must be a voice")]
    [InlineData("foreign", "{\"espeak-ng:de\": []}", "at least one sentence")]
    public void A_wrong_value_is_named_with_the_file(string name, string value, string complaint)
    {
        var specification = JsonNode.Parse(File.ReadAllText(Shipped))!;
        var at = specification;
        var keys = name.Split('.');
        foreach (var key in keys[..^1])
        {
            at = at[key]!;
        }

        at[keys[^1]] = JsonNode.Parse(value);
        var error = Refused(specification);

        Assert.Contains(complaint, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_cannot_name_a_file_is_refused()
    {
        var specification = JsonNode.Parse(File.ReadAllText(Shipped))!;
        specification["splits"]!["a/b"] = JsonNode.Parse("{\"utterances\": 1}");

        Assert.Contains("a/b", Refused(specification), StringComparison.Ordinal);
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

    private string Refused(JsonNode specification)
    {
        var path = _files.PathOf("spec.json");
        File.WriteAllText(path, specification.ToJsonString());
        var error = Assert.Throws<CorpusException>(() => CorpusSpecification.Load(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        return error.Message;
    }
}
