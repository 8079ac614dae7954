using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Distillation;

public sealed class DistillationRunTests : IDisposable
{
    private readonly TinyWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void The_whole_chain_leaves_a_student_that_other_tools_can_load()
    {
        var result = Run("run").Execute(stop: Token);
        var student = _world.Folder.File("run/student");
        using var loaded = Transcriber.Load(student, stop: Token);
        Assert.Equal(2, loaded.Model.Config.DecoderLayers);
        Assert.Equal("decoder 0 ← 0, 1 ← 2 of 3; encoder whole", result.Mapping);
        Assert.Equal((24, 20), (result.Updates, result.Utterances));
        Assert.Equal(["chirps", "tones"], result.Student!.Domains.Keys);
        Assert.Equal(result.Student.Domains.Values.Average(), result.Student.Wer);

        using var teacherConfig = Json(File.ReadAllText(Path.Combine(_world.Model, "config.json")));
        using var studentConfig = Json(File.ReadAllText(Path.Combine(student, "config.json")));
        Assert.Equal(
            teacherConfig.RootElement.EnumerateObject().Where(p => p.Name != "decoder_layers").Select(p => p.ToString()),
            studentConfig.RootElement.EnumerateObject().Where(p => p.Name != "decoder_layers").Select(p => p.ToString()));

        var card = File.ReadAllText(Path.Combine(student, "README.md"));
        Assert.Contains("| chirps |", card);
        Assert.Contains("\"seed\": 1", card);
        var lines = File.ReadAllLines(_world.Folder.File("run/training-log.jsonl"));
        // Every ten updates and the last ones, and two validations.
        Assert.Equal(["10", "12", "20", "24", "24"], lines.Select(l => Json(l).RootElement.GetProperty("update").ToString()));
        Assert.Contains(Directory.GetFiles(_world.Folder.File("run/tensorboard")), f => new FileInfo(f).Length > 200);
    }

    [Theory]
    [InlineData("bfloat16", "false")]
    [InlineData("bfloat16", "true")]
    [InlineData("cache_half", "true")]
    public void A_stopped_run_ends_as_one_that_was_not_and_a_finished_one_is_left_alone(string key, string value)
    {
        var whole = Run("whole", (key, value)).Execute(stop: Token);
        foreach (var at in (int[])[3, 17])
        {
            using var stop = new CancellationTokenSource();
            var error = Assert.Throws<OperationCanceledException>(() => Run("stopped", (key, value)).Execute(new StopAt(at, stop), stop.Token));
            Assert.Contains($"Update {at} of 24 is saved", error.Message);
        }

        Run("stopped", (key, value)).Execute(stop: Token);
        Assert.Equal(Student("whole"), Student("stopped"));
        Assert.Equal(Updates("whole"), Updates("stopped"));

        var state = File.GetLastWriteTimeUtc(_world.Folder.File("whole/state.safetensors"));
        Assert.Equal(whole.Trained, Run("whole", (key, value)).Execute(stop: Token).Trained);
        Assert.Equal(state, File.GetLastWriteTimeUtc(_world.Folder.File("whole/state.safetensors")));
        Assert.Equal(Student("whole"), Student("stopped"));
    }

    [Fact]
    public void Other_settings_on_a_folder_and_two_runs_at_once_are_refused()
    {
        Run("run").Execute(stop: Token);
        Assert.Contains("other settings", Assert.Throws<LabException>(() =>
            Run("run", ("seed", "2")).Execute(stop: Token)).Message);
        using (FolderLock.Take(_world.Folder.File("run")))
        {
            Assert.Contains("Another run", Assert.Throws<LabException>(() => Run("run").Execute(stop: Token)).Message);
        }
    }

    [Fact]
    public void Labels_of_another_vocabulary_are_refused()
    {
        Run("run").Execute(stop: Token);
        var path = _world.Folder.File("run/labels/labels.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"vocabulary\": ", "\"vocabulary\": 9"));
        Assert.Contains("vocabulary", Assert.Throws<LabException>(() => Run("run").Execute(stop: Token)).Message);
    }

    [Fact]
    public void Labels_of_another_vocabulary_of_the_same_size_are_refused()
    {
        Run("run").Execute(stop: Token);
        var path = Path.Combine(_world.Model, "vocab.json");
        var vocabulary = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(path))!;
        var bytes = vocabulary.Where(piece => piece.Key.Length == 1).ToList();
        for (var i = 0; i < bytes.Count; i++)
        {
            vocabulary[bytes[i].Key] = bytes[(i + 1) % bytes.Count].Value;
        }

        File.WriteAllText(path, JsonSerializer.Serialize(vocabulary));
        Assert.Contains("another vocabulary", Assert.Throws<LabException>(() =>
            Run("other", ("labels", _world.Folder.File("run/labels"))).Execute(stop: Token)).Message);
    }

    [Fact]
    public void A_cache_of_16_bits_says_what_it_costs()
    {
        Assert.Null(Run("exact").Execute(stop: Token).CacheDifference);
        var result = Run("rounded", ("cache_half", "true")).Execute(stop: Token);
        Assert.InRange(result.CacheDifference!.Value, 1e-9, 1e-2);
        Assert.Contains("16 bits", File.ReadAllText(_world.Folder.File("rounded/student/README.md")));
        Assert.Equal(result.CacheDifference, result.Outcome("").Metrics["cache_difference"]);
    }

    [Fact]
    public void Listed_layers_say_how_many_there_are_and_must_be_as_many_as_asked_for()
    {
        var result = Run("run", ("decoder_initialisation", "0,1,2"), ("updates", "2"), ("validation", "none")).Execute(stop: Token);
        Assert.Equal("decoder 0 ← 0, 1 ← 1, 2 ← 2 of 3; encoder whole", result.Mapping);
        Assert.Contains("2 layers are listed (0,2) for a student of 3", Assert.Throws<LabException>(() =>
            Run("other", ("decoder_initialisation", "0,2"), ("decoder_layers", "3")).Execute(stop: Token)).Message);
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_run_and_the_last_state_stays()
    {
        (string, string)[] wild = [("peak_learning_rate", "1000"), ("warmup", "1000"), ("save_every", "1"), ("updates", "2000"), ("max_gradient_norm", "1e12"), ("validation", "none")];
        var error = Assert.Throws<TrainingDivergedException>(() => Run("run", wild).Execute(stop: Token));
        Assert.Matches(@"The loss of update \d+ is .* \(utterances u\d-\d, .* is kept in ", error.Message);
        // The last state of all that a finite loss follows.
        using (var state = SafetensorsFile.Open(_world.Folder.File("run/state.safetensors")))
        {
            var update = int.Parse(state.Metadata["update"], CultureInfo.InvariantCulture);
            Assert.Contains($"loss of update {update + 1} ", error.Message);
            Assert.Contains($"state after update {update},", error.Message);
        }

        Assert.Equal(error.Message[..20], Assert.Throws<TrainingDivergedException>(() => Run("run", wild).Execute(stop: Token)).Message[..20]);
    }

    [Fact]
    public void A_run_stopped_while_it_validates_makes_up_for_it()
    {
        Run("whole").Execute(stop: Token);
        using var stop = new CancellationTokenSource();
        // Update 12 is validated, and is not saved before.
        var error = Assert.Throws<OperationCanceledException>(() => Run("stopped").Execute(new StopAt(12, stop), stop.Token));
        Assert.StartsWith("Update 12 of 24 is saved", error.Message);
        Assert.Empty(Updates("stopped"));
        Run("stopped").Execute(stop: Token);

        Assert.Equal(Updates("whole"), Updates("stopped"));
        Assert.Equal(Student("whole"), Student("stopped"));
    }

    [Fact]
    public void A_validation_without_words_and_what_a_killed_run_left_are_seen_before_training()
    {
        var remains = _world.Folder.File("run/state.safetensors.1.2.tmp");
        Directory.CreateDirectory(Path.GetDirectoryName(remains)!);
        File.WriteAllText(remains, "half a state");
        var silent = _world.Folder.File("silent.jsonl");
        File.WriteAllLines(silent, File.ReadLines(_world.Manifest).Select(line => Regex.Replace(line, "\"text\": ?\"[^\"]*\"", "\"text\":\"Hmm.\"")));

        var error = Assert.Throws<CorpusException>(() => Run("run", ("validation", silent)).Execute(stop: Token));
        Assert.Contains("has a word in its text", error.Message);
        Assert.False(File.Exists(remains));
    }

    [Fact]
    public void An_early_stop_takes_the_best_student()
    {
        var result = Run("run", ("early_stop", "1"), ("evaluate_every", "2"), ("peak_learning_rate", "0"), ("updates", "100")).Execute(stop: Token);
        Assert.Equal((4, 2), (result.Updates, result.BestUpdate));
    }

    private DistillationRun Run(string folder, params (string, string)[] settings) => new(
        PlanFile.Read(null,
        [
            ("teacher", _world.Model), ("corpus", _world.Manifest), ("validation", _world.Manifest), ("threshold", "none"),
            ("updates", "24"), ("batch", "4"), ("warmup", "2"), ("evaluate_every", "12"), ("save_every", "5"), ("device", "cpu"),
            .. settings,
        ]),
        _world.Folder.File(folder));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static JsonDocument Json(string text) => JsonDocument.Parse(text);

    private byte[] Student(string folder) => File.ReadAllBytes(_world.Folder.File($"{folder}/student/model.safetensors"));

    private IEnumerable<string> Updates(string folder) => File.ReadLines(_world.Folder.File($"{folder}/training-log.jsonl"))
        .Select(l => Json(l).RootElement).Where(l => l.TryGetProperty("validation_wer", out _)).Select(l => l.ToString());

    private sealed class StopAt(long update, CancellationTokenSource stop) : IProgress<Progress>
    {
        public void Report(Progress value)
        {
            if (value.Description == "Distilling" && value.Done == update)
            {
                stop.Cancel();
            }
        }
    }
}
