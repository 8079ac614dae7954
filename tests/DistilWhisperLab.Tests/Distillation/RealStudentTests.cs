using System.Text.Json.Nodes;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Evaluation;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Distillation;

/// <summary>What is made of the real whisper-tiny.en has the layout that other tools know.</summary>
public sealed class RealStudentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_unmodified_model_is_written_with_the_names_shapes_and_keys_that_it_came_with()
    {
        var source = Fixtures.TinyEnglish;
        var target = _folder.File("copy");
        using (var model = Checkpoint.Load(source))
        {
            CompanionFiles.Copy(source, target);
            Checkpoint.Save(model, target);
        }

        Assert.Equal(Shapes(source), Shapes(target));
        JsonObject before = Config(source), after = Config(target);
        // In which type the weights are stored is all that is said besides.
        Assert.Equal(["torch_dtype"], after.Select(key => key.Key).Except(before.Select(key => key.Key)));
        Assert.All(before, key =>
            Assert.True(JsonNode.DeepEquals(key.Value, after[key.Key]), $"{key.Key} was {key.Value?.ToJsonString()} and is {after[key.Key]?.ToJsonString()}."));
    }

    [Fact]
    public void A_student_differs_in_its_layers_only()
    {
        var source = Fixtures.TinyEnglish;
        var target = _folder.File("student");
        using (var teacher = Checkpoint.Load(source))
        using (var student = Student.FromTeacher(teacher, [0, 3]))
        {
            CompanionFiles.Copy(source, target);
            Checkpoint.Save(student, target, ScalarType.Float16);
        }

        var (all, kept) = (Shapes(source), Shapes(target));
        Assert.Equal(
            all.Where(t => !t.Key.StartsWith("model.decoder.layers.2.", StringComparison.Ordinal) && !t.Key.StartsWith("model.decoder.layers.3.", StringComparison.Ordinal)),
            kept);
        JsonObject before = Config(source), after = Config(target);
        string[] differing = [.. before.Where(key => !JsonNode.DeepEquals(key.Value, after[key.Key])).Select(key => key.Key)];
        Assert.All(differing, key => Assert.Contains(key, (string[])["decoder_layers", "alignment_heads"]));
        Assert.Equal(2, after["decoder_layers"]!.GetValue<int>());
    }

    [Fact]
    public void The_shipped_student_joined_to_its_teacher_understands_real_speech()
    {
        var joined = _folder.File("joined");
        StudentParts.Join(Path.Combine(LabPaths.Data, "tiny.en-student"), Fixtures.TinyEnglish, joined);
        using var student = Transcriber.Load(joined, stop: TestContext.Current.CancellationToken);
        var rows = File.ReadLines(Fixtures.File("speech", "manifest.tsv")).Skip(1).Select(line => line.Split('\t')).ToList();
        var written = student.Transcribe([.. rows.Select(row => AudioFile.Load(Fixtures.File("speech", row[0])))]);

        // 9.3 % in the table of the README.
        Assert.Equal(39, rows.Count);
        Assert.InRange(WordErrorRate.Of(rows.Select(row => row[2]), written.Select(w => w.Text)).Rate, 4, 10);
    }

    private static SortedDictionary<string, string> Shapes(string directory)
    {
        var shapes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directory.GetFiles(directory, "*.safetensors"))
        {
            using var file = SafetensorsFile.Open(path);
            foreach (var (name, entry) in file.Entries.Where(e => e.Key != "proj_out.weight"))
            {
                shapes[name] = string.Join('x', entry.Shape);
            }
        }

        return shapes;
    }

    private static JsonObject Config(string directory) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(directory, "config.json")))!.AsObject();
}
