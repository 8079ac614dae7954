using System.Text.Json.Nodes;
using DistilWhisperLab.Cli;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Tests.Corpora;

namespace DistilWhisperLab.Tests.Cli;

public class EvaluateCommandTests
{
    [Fact]
    public void A_model_is_evaluated_on_the_sets_given()
    {
        using var files = new TemporaryCorpus();
        var shipped = Corpus.Shipped("test");
        var rows = shipped.Utterances.Take(4).Select((u, i) =>
        {
            files.SaveWav($"{i}.wav", shipped.Audio(u));
            return u with { Audio = $"{i}.wav", Start = 0, Domain = i < 2 ? "talks" : "meeting", Split = i < 3 ? "test" : "other" };
        });
        files.Open([.. rows]);

        var json = JsonNode.Parse(Evaluate(files, "--json", "--split", "test", "--batch", "2"))!;
        Assert.Equal(["talks", "meeting"], json["sets"]!.AsArray().Select(set => set!["set"]!.GetValue<string>()));
        Assert.NotNull(json["average"]!["id"]);
        var table = Evaluate(files);
        // A heading, three sets (one of the other split), the averages.
        Assert.Equal(5, table.Trim().Split('\n').Length);
        Assert.Contains("Averages: in distribution", table);
        var noisy = JsonNode.Parse(Evaluate(files, "--json", "--split", "test", "--noise", "white:10,pub:0"))!.AsArray();
        Assert.Equal(["white:10", "pub:0"], noisy.Select(report => report!["sets"]![0]!["noise"]!.GetValue<string>()));
    }

    [Fact]
    public void A_missing_manifest_is_named_before_the_model_is_loaded()
    {
        var parsed = EvaluateCommand.Create().Parse(["--model", "nowhere", "--sets", "missing.jsonl"]);
        var error = Assert.Throws<CorpusException>(() => parsed.Invoke(new() { EnableDefaultExceptionHandler = false }));
        Assert.Contains("missing.jsonl", error.Message);
        foreach (var (option, wrong) in (ReadOnlySpan<(string, string)>)[("--batch", "0"), ("--kind", "foo"), ("--noise", "rain:3"), ("--sets", "--legder")])
        {
            Assert.Contains(wrong, Assert.Single(EvaluateCommand.Create().Parse(["--model", "m", option, wrong]).Errors).Message);
        }
    }

    [Fact]
    public void Several_noises_are_one_list() =>
        Assert.NotEmpty(EvaluateCommand.Create().Parse(["--model", "m", "--noise", "white:10", "--noise", "pub:0"]).Errors);

    private static string Evaluate(TemporaryCorpus files, params string[] options)
    {
        var output = new StringWriter();
        string[] arguments =
        [
            "--model", Path.Combine(LabPaths.Data, "teacher"), "--sets", files.ManifestPath,
            "--ledger", files.PathOf("ledger.sqlite"), .. options,
        ];
        Assert.Equal(0, EvaluateCommand.Create().Parse(arguments).Invoke(new() { Output = output, EnableDefaultExceptionHandler = false }));
        return output.ToString();
    }
}
