using DistilWhisperLab.Decoding;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Distillation;

/// <summary>Writes a student as other tools take it: weights, configuration, tokenizer and generation files, model card.</summary>
internal static class StudentExport
{
    /// <summary>Writes the directory; the weights come last, so that a directory which has them is whole.</summary>
    public static void Write(
        string directory,
        WhisperModel student,
        Transcriber teacher,
        string teacherDirectory,
        DistillationPlan plan,
        LabelProvenance labels,
        DistillationResult result)
    {
        Directory.CreateDirectory(directory);
        if (File.Exists(Path.Combine(teacherDirectory, "generation_config.json")))
        {
            CompanionFiles.Copy(teacherDirectory, directory);
        }
        else
        {
            teacher.Tokenizer.Save(directory);
            CompanionFiles.Write(directory, student.Config, teacher.Tokenizer);
        }

        AtomicFile.WriteText(
            Path.Combine(directory, "README.md"), ModelCard.Write(plan, student.Config, teacher.Model.Config, labels, result));
        Checkpoint.Save(student, directory);
    }
}
