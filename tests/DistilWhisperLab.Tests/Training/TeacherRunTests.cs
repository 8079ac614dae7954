using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Tests.Corpora;
using DistilWhisperLab.Training;

namespace DistilWhisperLab.Tests.Training;

public class TeacherRunTests
{
    private static readonly TeacherSettings Settings = SmallTeacher.Settings with { WindowSeconds = 2, Updates = 8, CtcUpdates = 2 };

    [Fact]
    public void A_run_stops_goes_on_and_leaves_a_model_with_card_and_log_from_which_another_stage_starts()
    {
        using var files = new TemporaryCorpus();
        var corpus = SmallTeacher.Speech(files);
        var (folder, told) = (files.PathOf("run"), new List<string>());
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken))
        {
            var atFour = new Watcher(p => { if (p.Description.StartsWith("Training") && p.Done == 4) { stop.Cancel(); } });
            var stopped = Assert.Throws<OperationCanceledException>(() =>
                new TeacherRun(Settings, corpus, corpus, folder).Train(atFour, told.Add, stop.Token));
            Assert.Contains("Update 4 of 8 is saved", stopped.Message);
        }

        Assert.Equal(4, TeacherExport.FromRun(folder, files.PathOf("half")));
        var missing = Assert.Throws<LabException>(() => TeacherExport.FromRun(files.PathOf("half"), files.PathOf("other")));
        Assert.Contains("holds no state.safetensors; give the folder of a training", missing.Message);
        using (var half = Checkpoint.Load(files.PathOf("half")))
        {
            Assert.Equal(2, half.Config.WindowSeconds);
        }

        new TeacherRun(Settings, corpus, corpus, folder).Train(new Watcher(_ => { }), told.Add, TestContext.Current.CancellationToken);
        Assert.Equal("1 of 13 utterances are left out: 1 are longer than the window or the decoder's positions, 0 have no text.", told[0]);
        var line = TrainingLog.Read<TeacherLogLine>(Path.Combine(folder, TrainingLog.FileName))[^1];
        Assert.Equal(8, line.Update);
        Assert.Equal(["daily"], line.DomainWer!.Keys);
        Assert.Equal(line.ValidationWer, line.DomainWer["daily"]);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(folder, "tensorboard"), "events.out.tfevents.*"));
        var card = File.ReadAllText(Path.Combine(folder, "README.md"));
        Assert.Contains("| training speech | 12 utterances", card);
        Assert.Contains("| daily |", card);

        var stage = TeacherSettings.StageFrom(folder) with { Updates = 2, Batch = 4 };
        new TeacherRun(stage, corpus, null, files.PathOf("stage")).Train(new Watcher(_ => { }), told.Add, TestContext.Current.CancellationToken);
        using WhisperModel first = Checkpoint.Load(folder), second = Checkpoint.Load(files.PathOf("stage"));
        Assert.Equal(first.Config.VocabularySize, second.Config.VocabularySize);
        Assert.False(first.Decoder.TokenEmbedding.eq(second.Decoder.TokenEmbedding).all().item<bool>());
    }

    [Fact]
    public void Every_beginning_of_a_text_is_a_piece_with_its_space()
    {
        using var files = new TemporaryCorpus();
        files.SaveWav("a.wav", TemporaryCorpus.Steps(0.5f));
        string[] texts = ["Zebras never quarrel.", "Xylophones ring.", "4 quiet queens.", .. Enumerable.Repeat("The theory then thawed there.", 40)];
        var corpus = files.Open([.. texts.Select((t, i) => TemporaryCorpus.Row($"u{i}", "a.wav", 0, 0.5, t))]);
        var tokenizer = TeacherExamples.TrainTokenizer(corpus, 264, 1);
        Assert.All(texts, text => Assert.NotEqual(tokenizer.Encode(" ")[0], tokenizer.Encode(" " + text)[0]));
    }

    [Fact]
    public void A_log_forgets_the_lines_that_the_resumed_state_does_not_know_of()
    {
        using var folder = new TemporaryFolder();
        TeacherLogLine Line(int update) => new(update, update, 1, null, 2.5, 0.5, 1e-3);
        using (var log = new TrainingLog<TeacherLogLine>(folder.Path, 0))
        {
            log.Add(Line(50));
            log.Add(Line(100));
        }

        using (var resumed = new TrainingLog<TeacherLogLine>(folder.Path, 70))
        {
            Assert.Equal([Line(50)], resumed.Lines);
            resumed.Add(Line(120));
        }

        Assert.Equal([Line(50), Line(120)], TrainingLog.Read<TeacherLogLine>(folder.File(TrainingLog.FileName)));
    }

    [Fact]
    public void The_recipe_has_its_phases_and_warms_up_again_where_the_decoder_joins_in()
    {
        var settings = new TeacherSettings { Updates = 1000, CtcUpdates = 200, Warmup = 100, PeakLearningRate = 1 };
        Assert.Equal(
            [TeacherPhase.Encoder, TeacherPhase.Encoder, TeacherPhase.Single, TeacherPhase.Single, TeacherPhase.Joined],
            ((int[])[0, 199, 200, 499, 500]).Select(settings.PhaseAt));
        Assert.Equal([0.01, 1, 0.01 * 800 / 900, 700.0 / 900], ((int[])[0, 99, 200, 300]).Select(u => Math.Round(settings.LearningRateAt(u), 12)), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([true, true, false], ((int[])[0, 799, 800]).Select(settings.CtcAt));
        var stage = TeacherSettings.StageFrom("somewhere");
        Assert.Equal((TeacherPhase.Joined, false), (stage.PhaseAt(0), stage.CtcAt(0)));
    }

    private sealed class Watcher(Action<Progress> see) : IProgress<Progress>
    {
        public void Report(Progress value) => see(value);
    }
}
