using DistilWhisperLab.Experiments;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using static TorchSharp.torch;

namespace DistilWhisperLab.Distillation;

/// <summary>
/// A student as what it does not share with its teacher, small enough to pass on where everyone has the teacher: the
/// decoder's layers and final norm, when encoder and embeddings were frozen.
/// </summary>
public static class StudentParts
{
    /// <summary>The file with the tensors, stored as float16, beside the student's <c>config.json</c>.</summary>
    public const string WeightsFile = "parts.safetensors";

    private const string TeacherKey = "teacher";
    private const string CardFile = "README.md";

    /// <summary>Writes the tensors of a student that its teacher has not, by name and value.</summary>
    /// <param name="student">The student's directory.</param>
    /// <param name="teacher">The teacher's directory.</param>
    /// <param name="directory">Receives the parts; created where it does not exist.</param>
    /// <returns>The tensors written.</returns>
    /// <exception cref="CheckpointException">One of the two is no model.</exception>
    public static IReadOnlyList<string> Write(string student, string teacher, string directory)
    {
        using var learned = Checkpoint.Load(student);
        using var taught = Checkpoint.Load(teacher);
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        var known = taught.NamedTensors();
        bool IsShared(string name, Tensor tensor) =>
            known.TryGetValue(name, out var other) && other.shape.AsSpan().SequenceEqual(tensor.shape) && other.eq(tensor).all().item<bool>();

        var own = learned.NamedTensors().Where(t => !IsShared(t.Key, t.Value)).OrderBy(t => t.Key, StringComparer.Ordinal).ToList();
        Directory.CreateDirectory(directory);
        learned.Config.Save(Path.Combine(directory, "config.json"));
        SafetensorsFile.Write(
            Path.Combine(directory, WeightsFile),
            own,
            new Dictionary<string, string> { [TeacherKey] = Hash(taught) },
            ScalarType.Float16);
        return [.. own.Select(t => t.Key)];
    }

    /// <summary>Makes a whole model directory of a student's parts and its teacher.</summary>
    /// <param name="parts">The directory that <see cref="Write"/> wrote.</param>
    /// <param name="teacher">The teacher's directory; its tokenizer and generation files are copied.</param>
    /// <param name="directory">Receives the student.</param>
    /// <exception cref="LabException">
    /// The parts are damaged, or those of another teacher's student, or the student would take the place of one of the two.
    /// </exception>
    public static void Join(string parts, string teacher, string directory)
    {
        if (new[] { parts, teacher }.Any(source => Path.GetFullPath(source) == Path.GetFullPath(directory)))
        {
            throw new LabException($"{directory} is what the student is made of; give another folder, so that nothing is overwritten.");
        }

        using var file = SafetensorsFile.Open(Path.Combine(parts, WeightsFile));
        using var taught = Checkpoint.Load(teacher);
        if (file.Metadata.GetValueOrDefault(TeacherKey) != Hash(taught))
        {
            throw new CheckpointException($"{parts} holds the parts of another teacher's student: {teacher} has other weights than the model that it was distilled from.");
        }

        using var student = new WhisperModel(WhisperConfig.Load(Path.Combine(parts, "config.json")));
        var known = taught.NamedTensors();
        using (no_grad())
        {
            foreach (var (name, tensor) in student.NamedTensors())
            {
                if (file.Entries.ContainsKey(name))
                {
                    file.ReadInto(name, tensor);
                }
                else
                {
                    tensor.copy_(known.GetValueOrDefault(name) ?? throw new CheckpointException($"Neither {parts} nor {teacher} holds the tensor {name}."));
                }
            }
        }

        CompanionFiles.Copy(teacher, directory);
        var card = Path.Combine(parts, CardFile);
        if (File.Exists(card))
        {
            AtomicFile.WriteText(Path.Combine(directory, CardFile), File.ReadAllText(card));
        }

        Checkpoint.Save(student, directory);
    }

    /// <summary>The same for a teacher stored in 16 bits and in 32, as real Whispers are passed on.</summary>
    private static string Hash(WhisperModel teacher) => ContentHash.Model(teacher, ScalarType.Float16);
}
