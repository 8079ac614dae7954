using DistilWhisperLab.Cli;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Tests.Corpora;
using DistilWhisperLab.Tests.Training;

namespace DistilWhisperLab.Tests.Cli;

public class TeacherCommandTests
{
    [Theory]
    [InlineData("--batch must be a number above 0", "--batch", "0")]
    [InlineData("--width cannot be given with --from", "--from", "data/teacher", "--width", "64")]
    [InlineData("--target-positions cannot be given with --from", "--from", "data/teacher", "--target-positions", "256")]
    public void What_cannot_be_done_is_refused_before_the_corpus_is_read(string message, params string[] options) =>
        Assert.StartsWith(message, Assert.Single(TeacherCommand.Create().Parse(["train", .. options]).Errors).Message);

    [Fact]
    public void A_value_that_cannot_be_used_is_refused_before_the_corpus_is_looked_for()
    {
        var wrong = TeacherCommand.Create().Parse(["train", "--corpus", "nowhere.jsonl", "--width", "30", "--heads", "4"]);
        Assert.Contains("--width must be a multiple of --heads", Assert.Throws<LabException>(() =>
            wrong.Invoke(new() { EnableDefaultExceptionHandler = false })).Message);
    }

    [Fact]
    public void A_finished_training_stands_in_the_ledger_once()
    {
        using var files = new TemporaryCorpus();
        SmallTeacher.Speech(files);
        string[] arguments =
        [
            "train", "--corpus", files.ManifestPath, "--validation", files.ManifestPath, "--out", files.PathOf("teacher"), "--ledger", files.PathOf("ledger.sqlite"),
            "--updates", "3", "--ctc-updates", "0", "--batch", "4", "--pieces", "260", "--window", "2",
            "--width", "16", "--heads", "2", "--encoder-layers", "1", "--decoder-layers", "1", "--seed", "7",
        ];
        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(0, TeacherCommand.Create().Parse(arguments).Invoke(new() { EnableDefaultExceptionHandler = false }));
        }

        var run = Assert.Single(RunLedger.Open(files.PathOf("ledger.sqlite")).All(new RunFilter()));
        Assert.Equal((RunKey.Train, "teacher", 7, files.PathOf("teacher")), (run.Key.Kind, run.Name, run.Key.Seed, run.Checkpoint));
        Assert.Equal(3, run.Metrics["updates"]);
        Assert.True(run.Metrics["wer"] > 0 && run.Minutes > 0);
    }
}
