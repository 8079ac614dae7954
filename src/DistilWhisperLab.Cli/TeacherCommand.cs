using System.CommandLine;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Notebooks;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Training;

namespace DistilWhisperLab.Cli;

/// <summary><c>lab teacher</c>: trains the lab's own Whisper, or makes a model of a training's state.</summary>
internal static class TeacherCommand
{
    public static Command Create() => new("teacher", "The lab's own Whisper.") { Train(), Export() };

    private static Command Train()
    {
        var options = new TeacherOptions();
        var train = new Command("train", "Train the lab's teacher, from scratch or from another; run again to go on after a stop.");
        options.AddTo(train);
        var ledger = LedgerOption.Create();
        train.Options.Add(ledger);
        train.SetStoppableAction((parsed, stop) =>
        {
            var validation = parsed.GetValue(options.Validation);
            var (settings, output) = (options.Settings(parsed), Path.GetFullPath(parsed.GetRequiredValue(options.Output)));
            settings.Check();
            using var progress = new LabProgress();
            var corpus = Corpus.OpenForTraining(parsed.GetRequiredValue(options.Corpus), progress, stop);
            var run = new TeacherRun(settings, corpus, validation is null ? null : Corpus.Open(validation, progress, stop), output);
            var runs = LedgerOption.Open(parsed.GetValue(ledger));
            var started = DateTimeOffset.UtcNow;
            var last = run.Train(progress, Console.Error.WriteLine, stop);
            var outcome = new RunOutcome(Metrics(last)) { Checkpoint = output };
            runs.Record(RunRecord.Of(run.Key, Path.GetFileName(output), outcome, started, TimeSpan.FromSeconds(last.Seconds)));
            return 0;
        });
        return train;
    }

    private static Dictionary<string, double> Metrics(TeacherLogLine last)
    {
        var metrics = new Dictionary<string, double> { ["updates"] = last.Update };
        if (last.ValidationWer is { } wer)
        {
            metrics["wer"] = wer;
        }

        return metrics;
    }

    private static Command Export()
    {
        var run = new Option<string>("--run")
        {
            Description = "The training's folder.",
            DefaultValueFactory = _ => Path.Combine(LabPaths.Artifacts, "teacher"),
        };
        var output = new Option<string>("--out") { Description = "Folder for the model.", Required = true };
        var export = new Command("export", "Make a model directory of a training's last saved state.") { run, output };
        export.SetAction(parsed =>
        {
            var updates = TeacherExport.FromRun(parsed.GetRequiredValue(run), parsed.GetRequiredValue(output));
            Console.WriteLine($"{parsed.GetRequiredValue(output)} holds the model after {updates} updates.");
            return 0;
        });
        return export;
    }
}
