using System.Text.Json.Nodes;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Evaluation;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Tests.Corpora;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Evaluation;

/// <summary>Evaluates the lab's own teacher: shipped with the repository, so nothing is skipped.</summary>
public sealed class EvaluationReportTests : IDisposable
{
    private static readonly Corpus Test = Corpus.Shipped("test").Take(6);

    private readonly Transcriber _teacher = Transcriber.Load(Path.Combine(LabPaths.Data, "teacher"));
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Errors_are_those_of_the_transcripts_one_by_one()
    {
        var result = Report(EvaluationSets.Of(Test)).Sets.Single();
        var normalizer = new EnglishNormalizer();
        var expected = WordErrors.Sum(Test.Stream().Select(item => WordErrors.Align(
            normalizer.Normalize(item.Utterance.Text), normalizer.Normalize(_teacher.Transcribe([item.Clip])[0].Text))));
        Assert.Equal(
            (expected.ReferenceWords, expected.Substitutions, expected.Deletions, expected.Insertions),
            (result.Words, result.Substitutions, result.Deletions, result.Insertions));
        Assert.Equal(expected.Rate, result.Wer, 1e-9);
        Assert.InRange(result.Wer, result.Interval.Low, result.Interval.High);
        Assert.True(result.Rtf > 0);
    }

    [Fact]
    public void A_set_measured_before_comes_from_the_ledger()
    {
        var first = Report(EvaluationSets.Of(Test));
        var again = Report(EvaluationSets.Of(Test));
        Assert.Equal([RunSource.Live, RunSource.Ledger], [first.Sets[0].Source, again.Sets[0].Source]);
        Assert.Equal(first.Sets[0] with { Source = RunSource.Ledger }, again.Sets[0]); // to the real-time factor's last digit
        Report(EvaluationSets.Of(Test), new EvaluationSettings { Batch = 2 });
        Report(EvaluationSets.Of(Test.Take(2)));
        Assert.Equal(3, Ledger.All().Count);
    }

    [Fact]
    public void The_json_has_every_set_and_the_averages_of_its_kinds()
    {
        var report = Report(
            [Set("a", SetKind.Id, 0, 2), Set("b", SetKind.Id, 2, 3), Set("c", SetKind.Ood, 3, 6)], new EvaluationSettings { Batch = 4 });
        var json = report.ToJson();
        Assert.Equal("teacher", json["model"]!.GetValue<string>());
        Assert.Equal(["id", "id", "ood"], json["sets"]!.AsArray().Select(set => set!["kind"]!.GetValue<string>()));
        Assert.Equal(
            ["set", "kind", "split", "words", "wer", "interval", "substitutions", "deletions", "insertions", "rtf"],
            json["sets"]![0]!.AsObject().Select(property => property.Key));
        Assert.Equal(2, json["sets"]![0]!["interval"]!.AsArray().Count);
        Assert.Equal((report.Sets[0].Wer + report.Sets[1].Wer) / 2, json["average"]!["id"]!.GetValue<double>(), 1e-12);
        Assert.Equal(report.Sets[2].Wer, json["average"]!["ood"]!.GetValue<double>());
        Assert.Null(json["average"]!["long"]);
        Assert.Equal(report.Sets.Select(set => set.Wer), report.ToDataFrame()["wer"].Cast<double>());
        Assert.IsType<JsonObject>(JsonNode.Parse(json.ToJsonString()));

        var noisy = Report([Set("a", SetKind.Id, 0, 2)], new EvaluationSettings { Noise = new AddedNoise("white", 5) });
        Assert.Equal("white:5", noisy.ToJson()["sets"]![0]!["noise"]!.GetValue<string>());
        Assert.Equal("white:5", noisy.ToDataFrame()["noise"][0]);
    }

    [Fact]
    public void Shipped_sets_are_found_by_name()
    {
        Assert.Equal(
            [("news", "test", SetKind.Ood), ("news", "long", SetKind.LongOod)],
            EvaluationSets.Named(["news"]).Select(set => (set.Name, set.Split, set.Kind)));
        Assert.Equal(13, EvaluationSets.Named(["validation", "validation"]).Count);
        Assert.Equal(18, EvaluationSets.Named([]).Count);
        Assert.Contains("no set gossip: no file or folder of that name, no domain (audiobook, ", Assert.Throws<CorpusException>(() => EvaluationSets.Named(["gossip"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_set_is_recordings_heard_as_a_whole()
    {
        var corpus = Corpus.Shipped("test").Take(8);
        var recording = corpus.Where(u => u.Recording == corpus.Utterances[0].Recording);
        var set = new EvaluationSet("talks", SetKind.LongId, "test", recording);
        var (clip, reference) = Assert.Single(set.Items());
        var last = recording.Utterances[^1];
        Assert.Equal(last.Start + last.Duration - recording.Utterances[0].Start, clip.Duration, 1e-3);
        Assert.Equal(string.Join(' ', recording.Utterances.Select(u => u.Text)), reference);

        var result = Report([set]).Sets.Single();
        Assert.Equal(Report([set with { Kind = SetKind.Id }]).Sets.Single().Words, result.Words);
        using var sequential = new SequentialTranscriber(_teacher.Model, _teacher.Tokenizer);
        var written = sequential.Transcribe(clip, cancellation: TestContext.Current.CancellationToken).Text;
        Assert.Equal(WordErrorRate.Of([reference], [written]).Rate, result.Wer, 1e-9);
        Assert.Equal(result.Wer, Report([set]).Average(SetKind.LongId, SetKind.LongOod));
    }

    [Fact]
    public void An_utterance_longer_than_the_window_is_transcribed_like_a_long_recording()
    {
        using var files = new TemporaryCorpus();
        var recording = Test.Utterances.Where(u => u.Recording == Test.Utterances[0].Recording).ToList();
        var (first, last) = (recording[0], recording[^1]);
        var whole = first with { Duration = last.Start + last.Duration - first.Start, Text = string.Join(' ', recording.Select(u => u.Text)) };
        Assert.True(whole.Duration > _teacher.Model.Config.WindowSeconds);
        foreach (var u in (Utterance[])[first, whole, last])
        {
            files.SaveWav($"{(u == whole ? "whole" : u.Id)}.wav", Test.Audio(u));
        }

        var corpus = files.Open([.. new[] { (first, first.Id), (whole, "whole"), (last, last.Id) }
            .Select(pair => pair.Item1 with { Id = pair.Item2, Audio = pair.Item2 + ".wav", Start = 0 })]);
        using var sequential = new SequentialTranscriber(_teacher.Model, _teacher.Tokenizer);
        string[] expected =
        [
            _teacher.Transcribe([Test.Audio(first)])[0].Text,
            sequential.Transcribe(Test.Audio(whole), cancellation: TestContext.Current.CancellationToken).Text,
            _teacher.Transcribe([Test.Audio(last)])[0].Text,
        ];
        Assert.Equal(WordErrorRate.Of(corpus.Utterances.Select(u => u.Text), expected).Rate, Report(EvaluationSets.Of(corpus)).Sets.Single().Wer, 1e-9);

        // How it is transcribed is part of what the result is found by; where nothing is that long, it is not.
        var otherwise = new EvaluationSettings { LongForm = new() { ConditionOnPreviousText = false } };
        Assert.Equal(RunSource.Live, Report(EvaluationSets.Of(corpus), otherwise).Sets.Single().Source);
        Report(EvaluationSets.Of(Test.Take(2)));
        Assert.Equal(RunSource.Ledger, Report(EvaluationSets.Of(Test.Take(2)), otherwise).Sets.Single().Source);
    }

    [Fact]
    public void A_model_hears_worse_the_louder_the_noise_and_every_ratio_is_kept()
    {
        double At(double snr, string kind = "white") =>
            Report(EvaluationSets.Of(Test), new EvaluationSettings { Noise = new AddedNoise(kind, snr) }).Sets.Single().Wer;
        var (faint, loud) = (At(40), At(-10));
        Assert.True(loud > faint + 20, $"{faint} and {loud} %");
        Assert.True(At(-10, "pub") > faint + 20);
        Assert.Equal(loud, At(-10));
        Assert.Equal(
            ["teacher on audiobook in pub:-10", "teacher on audiobook in white:-10", "teacher on audiobook in white:40"],
            Ledger.All().Select(run => run.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Tensors_do_not_accumulate()
    {
        Report(EvaluationSets.Of(Test));
        var before = LiveTensors.Settled();
        Report(EvaluationSets.Of(Test.Take(3)));
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Every_domain_of_a_manifest_is_a_set()
    {
        using var files = new TemporaryCorpus();
        files.SaveWav("a.wav", TemporaryCorpus.Steps(0.1f, 0.1f, 0.1f));
        var row = TemporaryCorpus.Row("1", "a.wav", 0, 1);
        var corpus = files.Open(
            row with { Domain = "talks", Split = "test" },
            row with { Id = "2", Domain = "aviation", Split = "test" },
            row with { Id = "3", Domain = "talks", Split = "test" },
            row with { Id = "4", Domain = "talks", Split = "validation" });
        var sets = EvaluationSets.Of(corpus);
        Assert.Equal(
            [("talks", "test", SetKind.Id, 2), ("aviation", "test", SetKind.Ood, 1), ("talks", "validation", SetKind.Id, 1)],
            sets.Select(set => (set.Name, set.Split, set.Kind, set.Count)));
        Assert.Single(EvaluationSets.Of([corpus, corpus.Where(u => u.Split == "test")], split: "validation"));
        Assert.All(EvaluationSets.Of([corpus], kind: SetKind.LongOod), set => Assert.Equal(SetKind.LongOod, set.Kind));
        Assert.Contains("validation", Assert.Throws<CorpusException>(() => EvaluationSets.Of([corpus], split: "train")).Message);
        Assert.Equal(SetKind.LongId, EvaluationSets.ParseKind("long-id"));
        Assert.Contains("long-ood", Assert.Throws<LabException>(() => EvaluationSets.ParseKind("longest")).Message);
    }

    public void Dispose()
    {
        _teacher.Dispose();
        _folder.Dispose();
    }

    private RunLedger Ledger => RunLedger.Open(_folder.File("ledger.sqlite"));

    private EvaluationReport Report(IEnumerable<EvaluationSet> sets, EvaluationSettings? settings = null) =>
        EvaluationReport.Of("teacher", _teacher, sets, Ledger, settings);

    private static EvaluationSet Set(string name, SetKind kind, int from, int to)
    {
        var wanted = Test.Utterances.Take(to).Skip(from).Select(u => u.Id).ToHashSet();
        return new EvaluationSet(name, kind, "test", Test.Where(u => wanted.Contains(u.Id)));
    }
}
