using DistilWhisperLab.Evaluation;
using DistilWhisperLab.Experiments;

namespace DistilWhisperLab.Cli;

/// <summary>Evaluations as tables of text.</summary>
internal static class EvaluationTable
{
    /// <summary>A row a set, and the averages below.</summary>
    public static string Of(EvaluationReport report)
    {
        var noise = report.Sets is [{ Noise: var first }, ..] ? first : null;
        var table = new TextTable(
            noise is null ? "set" : $"set in {noise}", "kind", "split", ">words", ">WER %", ">95 % interval", ">subst.", ">deleted", ">inserted", ">RTF", "source");
        foreach (var set in report.Sets)
        {
            table.Add(
                set.Set, EvaluationReport.KindName(set.Kind), set.Split, $"{set.Words}", $"{set.Wer:0.00}",
                $"{set.Interval.Low:0.00} to {set.Interval.High:0.00}", $"{set.Substitutions}", $"{set.Deletions}", $"{set.Insertions}",
                $"{set.Rtf:0.0000}", set.Source.Text());
        }

        string[] averages =
        [
            .. Average("in distribution", report.Average(SetKind.Id)),
            .. Average("out of distribution", report.Average(SetKind.Ood)),
            .. Average("long", report.Average(SetKind.LongId, SetKind.LongOod)),
        ];
        return $"{table}\nAverages: {string.Join(", ", averages)}";

        static string[] Average(string name, double? wer) => wer is null ? [] : [$"{name} {wer:0.00} %"];
    }

    /// <summary>A row a sound; nothing without sounds.</summary>
    public static string Of(IReadOnlyList<SpeechlessWindows> silent)
    {
        if (silent.Count == 0)
        {
            return "";
        }

        var table = new TextTable("nobody speaks, but", ">windows", ">% with text", ">95 % interval", ">% before the silence rule");
        foreach (var sound in silent)
        {
            table.Add(
                sound.Sound, $"{sound.Windows.Count}", $"{sound.Share:0.0}", $"{sound.Interval.Low:0.0} to {sound.Interval.High:0.0}",
                $"{100.0 * sound.WrittenInAll / sound.Windows.Count:0.0}");
        }

        return $"\n\n{table}";
    }
}
