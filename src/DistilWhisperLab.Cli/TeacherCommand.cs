using System.CommandLine;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Notebooks;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Training;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab teacher train</c>: the lab's own Whisper, from scratch.</summary>
internal static class TeacherCommand
{
    public static Command Create()
    {
        var defaults = new TeacherSettings();
        var corpus = new Option<string>("--corpus")
        {
            Description = "Manifest of the training utterances; lab corpus build --splits teacher makes it.",
            DefaultValueFactory = _ => Path.Combine(LabPaths.Artifacts, "corpus", "teacher.jsonl"),
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for the model, its training log and the state from which a stopped run goes on.",
            DefaultValueFactory = _ => Path.Combine(LabPaths.Artifacts, "teacher"),
        };
        var updates = new Option<int>("--updates")
        {
            Description = "Updates of the whole run.",
            DefaultValueFactory = _ => defaults.Updates,
        };
        var ctcUpdates = new Option<int>("--ctc-updates")
        {
            Description = "Updates at its start that train the encoder alone.",
            DefaultValueFactory = _ => defaults.CtcUpdates,
        };
        var seed = new Option<int>("--seed") { Description = "The run's seed.", DefaultValueFactory = _ => defaults.Seed };
        var train = new Command("train", "Train the lab's teacher from scratch; run again to go on after a stop.")
        {
            corpus, output, updates, ctcUpdates, seed,
        };
        train.SetAction((parsed, stop) =>
        {
            var settings = defaults with
            {
                Updates = parsed.GetValue(updates),
                CtcUpdates = parsed.GetValue(ctcUpdates),
                Seed = parsed.GetValue(seed),
            };
            var run = new TeacherRun(
                settings,
                Corpus.Open(parsed.GetRequiredValue(corpus)),
                Corpus.Shipped("validation"),
                parsed.GetRequiredValue(output));
            using var progress = new LabProgress();
            run.Train(progress, line => Console.Error.WriteLine(line), stop);
            return Task.FromResult(0);
        });
        return new Command("teacher", "The lab's own Whisper.") { train };
    }
}
