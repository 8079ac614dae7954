using System.Globalization;
using DistilWhisperLab.Evaluation;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Training;

/// <summary>The model card of a trained teacher, <c>README.md</c>: what it is, how it was made, how well it hears.</summary>
public static class TeacherCard
{
    /// <summary>Writes the card.</summary>
    /// <param name="directory">The model's directory.</param>
    /// <param name="settings">The recipe.</param>
    /// <param name="config">The model's dimensions.</param>
    /// <param name="data">What it learned from.</param>
    /// <param name="log">The run's log.</param>
    public static void Write(
        string directory, TeacherSettings settings, WhisperConfig config, TeacherExamples data, IReadOnlyList<TeacherLogLine> log) =>
        AtomicFile.WriteText(Path.Combine(directory, "README.md"), Text(settings, config, data, log));

    internal static string Text(TeacherSettings settings, WhisperConfig config, TeacherExamples data, IReadOnlyList<TeacherLogLine> log) =>
        string.Create(CultureInfo.InvariantCulture, $"""
        # A teacher of the lab

        A Whisper of {config.Parameters / 1e6:0.00} million parameters for windows of {config.WindowSeconds:0.##} s, trained {(settings.From is null ? "from scratch" : "on from the stage below")} on the
        lab's synthesised speech. It knows the lab world's words and nothing else: it is a teacher for experiments, not a
        speech recogniser.

        | | |
        |---|---|
        | architecture | Whisper: {config.MelBins} mel bins, width {config.Width}, {config.EncoderLayers} encoder and {config.DecoderLayers} decoder layers, {config.DecoderHeads} heads, tied output embedding |
        | vocabulary | {config.VocabularySize}: byte-level BPE learned from the training texts, the specials, timestamps every 0.02 s |
        | training speech | {data.Examples.Count:#,0} utterances, {data.Hours:0.0} hours, {data.Domains.Count} domains |
        | updates | {(log.Count == 0 ? 0 : log[^1].Update):#,0} of {settings.Updates:#,0}, peak learning rate {settings.PeakLearningRate:0.#####}, AdamW, clipped at 1 |
        | recipe | {Recipe(settings)} |
        | augmentation | {settings.SpeedShare:0 %} of utterances up to 10 % faster or slower, gain ±6 dB; beside the decoder, noise, music or distant talk 5 to 30 dB below the speech on {settings.NoiseShare:0 %} of windows and in most long pauses, masks on {settings.MaskShare:0 %}, {settings.SpeechlessShare:0 %} without speech |
        | time | {(log.Count == 0 ? 0 : log[^1].Seconds) / 60:0} minutes |
        | stored as | float16 |

        {Validation(log)}
        """) + "\n" + StageBefore(settings.From);

    /// <summary>The card of the model that the stage started from, one level deeper: its recipe made this model too.</summary>
    private static string StageBefore(string? from)
    {
        var path = from is null ? null : Path.Combine(from, "README.md");
        return File.Exists(path)
            ? "\n" + string.Concat(File.ReadLines(path).Select(line => (line.StartsWith('#') ? "#" : "") + line.Replace("# A teacher of the lab", "# The stage before") + "\n"))
            : "";
    }

    private static string Recipe(TeacherSettings settings)
    {
        var joined = string.Create(CultureInfo.InvariantCulture, $"windows filled with several utterances from {settings.JoinFrom:0 %} of the run on, timestamps with probability {settings.TimestampProbability:0.##}, behind the text before with {settings.PreviousTextProbability:0.##}");
        return settings.CtcUpdates == 0
            ? joined
            : string.Create(CultureInfo.InvariantCulture, $"{settings.CtcUpdates:#,0} updates of the encoder alone with a CTC loss over letters, then the whole model, CTC beside it at weight {settings.CtcWeight:0.##} until {settings.CtcUntil:0 %} of the run; {joined}");
    }

    private static string Validation(IReadOnlyList<TeacherLogLine> log)
    {
        if (log.LastOrDefault(line => line.DomainWer is not null) is not { DomainWer: { } domains } line)
        {
            return "No validation set was given.";
        }

        var rows = domains.Select(d => string.Create(CultureInfo.InvariantCulture, $"| {d.Key} | {d.Value:0.0} |"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            Word error rates in percent of greedy decoding on a few validation utterances a domain, texts normalised, after
            {line.Update:#,0} updates:

            | domain | WER |
            |---|---|
            {string.Join('\n', rows)}
            {Mean("in distribution", SetKind.Id)}
            {Mean("out of distribution", SetKind.Ood)}
            """);

        string Mean(string name, SetKind kind)
        {
            var rates = domains.Where(d => EvaluationSets.KindOf(d.Key, "validation") == kind).Select(d => d.Value).ToList();
            return string.Create(CultureInfo.InvariantCulture, $"| mean, {name} | {(rates.Count == 0 ? "–" : $"{rates.Average():0.0}")} |");
        }
    }
}
