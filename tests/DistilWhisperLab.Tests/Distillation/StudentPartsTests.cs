using DistilWhisperLab.Cli;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Models;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Distillation;

public sealed class StudentPartsTests : IDisposable
{
    private readonly TinyWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Parts_and_teacher_make_the_student_again()
    {
        var student = Trained();
        var (parts, joined) = (_world.Folder.File("parts"), _world.Folder.File("joined"));

        Assert.Equal(0, await Program.Main(["model", "part", student, "--teacher", _world.Model, "--out", parts]));
        Assert.Equal(0, await Program.Main(["model", "join", parts, "--teacher", _world.Model, "--out", joined]));

        // The student's own tensors are stored in half precision; these are such numbers already.
        Assert.Equal(ContentHash.Model(student), ContentHash.Model(joined));
        Assert.True(File.Exists(Path.Combine(joined, "vocab.json")));
        using var stored = SafetensorsFile.Open(Path.Combine(parts, StudentParts.WeightsFile));
        Assert.All(stored.Entries.Keys, name => Assert.Matches("^model.decoder.(layers|layer_norm).", name));
        Assert.Contains(stored.Entries.Keys, name => name.Contains("layers.1.", StringComparison.Ordinal));
    }

    [Fact]
    public void Parts_of_another_teachers_student_are_refused()
    {
        var parts = _world.Folder.File("parts");
        StudentParts.Write(Trained(), _world.Model, parts);
        using var other = Checkpoint.Load(_world.Model);
        using (no_grad())
        {
            other.Decoder.TokenEmbedding.add_(1);
        }

        var changed = _world.Folder.File("changed");
        CompanionFiles.Copy(_world.Model, changed);
        Checkpoint.Save(other, changed);

        Assert.Contains("another teacher", Assert.Throws<CheckpointException>(() => StudentParts.Join(parts, changed, _world.Folder.File("out"))).Message);
        Assert.False(File.Exists(_world.Folder.File("out/model.safetensors")));
    }

    [Fact]
    public void A_teacher_in_half_precision_is_the_same_teacher()
    {
        var (parts, half) = (_world.Folder.File("parts"), _world.Folder.File("half"));
        StudentParts.Write(Trained(), _world.Model, parts);
        using (var teacher = Checkpoint.Load(_world.Model))
        {
            CompanionFiles.Copy(_world.Model, half);
            Checkpoint.Save(teacher, half, ScalarType.Float16);
        }

        Assert.NotEqual(ContentHash.Model(_world.Model), ContentHash.Model(half));
        StudentParts.Join(parts, half, _world.Folder.File("out"));
        Assert.True(File.Exists(_world.Folder.File("out/model.safetensors")));
    }

    [Fact]
    public void A_student_never_takes_the_place_of_what_it_is_made_of()
    {
        var parts = _world.Folder.File("parts");
        StudentParts.Write(Trained(), _world.Model, parts);
        File.WriteAllText(Path.Combine(parts, "README.md"), "A card.");
        var before = ContentHash.Model(_world.Model);
        foreach (var taken in (string[])[_world.Model, parts])
        {
            Assert.Contains("nothing is overwritten", Assert.Throws<LabException>(() => StudentParts.Join(parts, _world.Model, taken)).Message);
        }

        Assert.Equal(before, ContentHash.Model(_world.Model));
        StudentParts.Join(parts, _world.Model, _world.Folder.File("out"));
        Assert.Equal("A card.", File.ReadAllText(_world.Folder.File("out/README.md")));
    }

    [Fact]
    public void Damaged_parts_are_named()
    {
        var parts = _world.Folder.File("parts");
        StudentParts.Write(Trained(), _world.Model, parts);
        var weights = Path.Combine(parts, StudentParts.WeightsFile);
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..100]);

        Assert.Contains(StudentParts.WeightsFile, Assert.Throws<CheckpointException>(() => StudentParts.Join(parts, _world.Model, _world.Folder.File("out"))).Message);
    }

    /// <summary>A student whose layers and final norm differ from the teacher's.</summary>
    private string Trained()
    {
        using var teacher = Checkpoint.Load(_world.Model);
        using var student = Student.FromTeacher(teacher, [0, 2]);
        using (no_grad())
        {
            foreach (var (name, tensor) in student.NamedTensors().Where(t => t.Key.StartsWith("model.decoder.layer", StringComparison.Ordinal)))
            {
                tensor.copy_(tensor.mul(1.5).to(ScalarType.Float16));
            }
        }

        var directory = _world.Folder.File("student");
        CompanionFiles.Copy(_world.Model, directory);
        Checkpoint.Save(student, directory);
        return directory;
    }
}
