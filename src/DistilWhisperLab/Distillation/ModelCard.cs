using System.Globalization;
using System.Text;
using DistilWhisperLab.Models;

namespace DistilWhisperLab.Distillation;

/// <summary>The README.md beside a student: what it is, how it was made, how good it is.</summary>
internal static class ModelCard
{
    public static string Write(DistillationPlan plan, WhisperConfig student, WhisperConfig teacher, LabelProvenance labels, DistillationResult result)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            ---
            library_name: transformers
            pipeline_tag: automatic-speech-recognition
            tags: [whisper, distil-whisper, knowledge-distillation]
            ---
            # A student of {Name(plan.Teacher!)}

            Distilled by DistilWhisperLab after *Distil-Whisper: Robust Knowledge Distillation via Large-Scale Pseudo
            Labelling* (Gandhi, von Platen and Rush 2023).

            | | encoder layers | decoder layers | million parameters |
            |---|---|---|---|
            | teacher | {teacher.EncoderLayers} | {teacher.DecoderLayers} | {teacher.Parameters / 1e6:0.0} |
            | student | {student.EncoderLayers} | {student.DecoderLayers} | {student.Parameters / 1e6:0.0} |

            Layers before training (student ← teacher): {result.Mapping}.

            ## Data

            {result.Utterances} utterances of `{Name(plan.Corpus!)}`, labelled by {Name(labels.Model)}; word error rate of these labels against the
            transcripts {result.LabelWer:0.0} %. Left out: {(result.Dropped.Count == 0 ? "none" : string.Join(", ", result.Dropped.Select(d => $"{d.Value} ({d.Key})")))}.

            ## Results

            """);
        text.AppendLine();
        if (result is { Teacher: { } teaches, Student: { } learns })
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Word error rate in percent on `{Name(plan.Validation!)}`, greedy, without timestamps. This set chose the best of the");
            text.AppendLine(CultureInfo.InvariantCulture, $"validated checkpoints (update {result.BestUpdate} of {result.Updates}), so it is no independent test.").AppendLine();
            text.AppendLine("| domain | teacher | student |").AppendLine("|---|---|---|");
            foreach (var (domain, wer) in learns.Domains)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"| {domain} | {teaches.Domains[domain]:0.0} | {wer:0.0} |");
            }

            text.AppendLine(CultureInfo.InvariantCulture, $"| mean | {teaches.Wer:0.0} | {learns.Wer:0.0} |");
        }
        else
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"Not measured: the run had no validation set. The weights are those after update {result.Updates}.");
        }

        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Training took {result.Trained.TotalMinutes:0.0} minutes.");
        if (result.CacheDifference is { } difference)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"What teacher and encoder compute was kept in 16 bits, which moved the loss of the first update by {100 * difference:0.####} %.");
        }

        text.AppendLine().AppendLine("## Settings").AppendLine().AppendLine("```json").Append(PlanFile.Write(AsMade(plan, labels))).AppendLine("```");
        return text.ToString();
    }

    // Finished labels are taken whoever made them, and however.
    private static DistillationPlan AsMade(DistillationPlan plan, LabelProvenance labels) => plan with
    {
        LabelBeamSize = labels.Settings.BeamSize,
        Teacher = Name(plan.Teacher!),
        Corpus = Name(plan.Corpus!),
        Labels = plan.Labels is null ? null : Name(plan.Labels),
        Validation = plan.Validation is null ? null : Name(plan.Validation),
    };

    // The place on the machine where it was trained tells a reader nothing.
    private static string Name(string path) => Path.Exists(path) ? Path.GetFileName(path.TrimEnd('/')) : path;
}
