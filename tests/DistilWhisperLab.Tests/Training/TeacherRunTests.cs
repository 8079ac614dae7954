using System.Text.Json.Nodes;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Tests.Corpora;
using DistilWhisperLab.Text;
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
    public void A_window_of_ten_seconds_reaches_the_model_and_the_aids_of_training_do_not()
    {
        using var files = new TemporaryCorpus();
        var (folder, told) = (files.PathOf("run"), new List<string>());
        var settings = new TeacherSettings
        {
            WindowSeconds = 10,
            Pieces = 260,
            Width = 16,
            EncoderLayers = 1,
            DecoderLayers = 1,
            Heads = 2,
            Updates = 3,
            CtcUpdates = 1,
            CtcBatch = 4,
            Batch = 4,
        };
        Train(settings, SmallTeacher.Speech(files), folder, told);

        var config = Json("config.json");
        Assert.Equal((500, 160), ((int)config["max_source_positions"]!, (int)config["max_target_positions"]!));
        Assert.Equal("10", Json("preprocessor_config.json")["chunk_length"]!.ToJsonString());
        var (tokenizer, generation) = (WhisperTokenizer.Load(folder), Json("generation_config.json"));
        Assert.Equal("<|10.00|>", tokenizer.DecodeWithTimestamps([tokenizer.Timestamp(10)]));
        Assert.Equal(tokenizer.StartOfPrev, (int)generation["prev_sot_token_id"]!);
        Assert.DoesNotContain(told, t => t.Contains("positions"));

        using SafetensorsFile model = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors")), state = SafetensorsFile.Open(Path.Combine(folder, "state.safetensors"));
        Assert.All(model.Entries.Keys, name => Assert.StartsWith("model.", name));
        Assert.Contains("ctc.weight", state.Entries.Keys);

        JsonNode Json(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, name)))!;
    }

    [Fact]
    public void A_stage_goes_on_with_the_model_and_the_data_it_was_begun_with_wherever_they_lie()
    {
        using var files = new TemporaryCorpus();
        var corpus = SmallTeacher.Speech(files);
        var (from, folder) = (files.PathOf("from"), files.PathOf("stage"));
        Export(seed: 1);
        var stage = TeacherSettings.StageFrom(from) with { Updates = 3, Batch = 4 };
        Stop(stage, corpus, folder, p => p.Description.StartsWith("Training") && p.Done == 1);

        files.SaveWav("a.wav", TemporaryCorpus.Steps(0.1f, 0.4f, 0.3f, 0.1f, 0.2f, 0.4f));
        Assert.Contains("other data", Assert.Throws<LabException>(() => Train(stage, Corpus.Open(files.ManifestPath), folder)).Message);
        corpus = SmallTeacher.Speech(files);
        Export(seed: 2);
        Assert.Contains("other settings", Assert.Throws<LabException>(() => Train(stage, corpus, folder)).Message);
        Export(seed: 1);
        Directory.Move(from, files.PathOf("elsewhere"));
        Assert.Equal(3, Train(stage with { From = files.PathOf("elsewhere") }, corpus, folder).Update);

        void Export(int seed)
        {
            using var model = (SmallTeacher.Settings with { Seed = seed }).StartModel(SmallTeacher.Tokenizer);
            TeacherExport.Write(from, model, SmallTeacher.Tokenizer);
        }
    }

    [Fact]
    public void A_run_stopped_while_it_reads_says_that_nothing_was_trained()
    {
        using var files = new TemporaryCorpus();
        var stopped = Stop(Settings, SmallTeacher.Speech(files), files.PathOf("run"), p => p.Description.StartsWith("Reading") && p.Done == 3);
        Assert.Equal("The corpus was still being read and nothing was trained yet; the same command begins again.", stopped.Message);
    }

    [Fact]
    public void A_folder_is_one_run_s_and_what_a_killed_one_left_goes()
    {
        using var files = new TemporaryCorpus();
        var (corpus, folder) = (SmallTeacher.Speech(files), files.PathOf("run"));
        var remains = Path.Combine(Directory.CreateDirectory(folder).FullName, "state.safetensors.1.ab.tmp");
        File.WriteAllText(remains, "half a state");
        var settings = Settings with { Updates = 1, CtcUpdates = 0 };
        using (FolderLock.Take(folder))
        {
            Assert.Contains("Another run", Assert.Throws<LabException>(() => Train(settings, corpus, folder)).Message);
        }

        Train(settings, corpus, folder);
        Assert.False(File.Exists(remains));

        File.Delete(Path.Combine(folder, TrainingLog.FileName));
        Assert.Contains("a finished training without its training-log.jsonl", Assert.Throws<LabException>(() => Train(settings, corpus, folder)).Message);
        Assert.Contains("another output folder", Assert.Throws<LabException>(() => Train(TeacherSettings.StageFrom(folder), corpus, folder + "/")).Message);
    }

    private static TeacherLogLine Train(TeacherSettings settings, Corpus corpus, string folder, List<string>? told = null) =>
        new TeacherRun(settings, corpus, null, folder).Train(new Watcher(_ => { }), (told ?? []).Add, TestContext.Current.CancellationToken);

    private static OperationCanceledException Stop(TeacherSettings settings, Corpus corpus, string folder, Predicate<Progress> when)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var watcher = new Watcher(p => { if (when(p)) { stop.Cancel(); } });
        return Assert.Throws<OperationCanceledException>(() => new TeacherRun(settings, corpus, null, folder).Train(watcher, _ => { }, stop.Token));
    }

    private sealed class Watcher(Action<Progress> see) : IProgress<Progress>
    {
        public void Report(Progress value) => see(value);
    }
}
