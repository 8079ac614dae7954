using System.Diagnostics;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Training;

/// <summary>
/// One sitting of the teacher's training: reads the corpus, trains the tokenizer, goes on with the state in the output
/// folder where there is one, and at the end writes the model directory.
/// </summary>
/// <param name="settings">The recipe.</param>
/// <param name="training">The corpus to learn.</param>
/// <param name="validation">Utterances whose word error rate is logged; null for none.</param>
/// <param name="directory">Receives the model, the log and the state.</param>
public sealed class TeacherRun(TeacherSettings settings, Corpus training, Corpus? validation, string directory)
{
    /// <summary>Raised when a change to the code makes other teachers of the same recipe.</summary>
    public const int Recipe = 1;

    private const int LogEvery = 50;
    private const int SaveEvery = 200;
    private const int ValidateEvery = 1000;

    /// <summary>What the run is found by in the ledger: all that decides its model and the figures recorded with it.</summary>
    public RunKey Key => RunKey.Of(
        RunKey.Train,
        settings.From is null ? "" : ContentHash.Model(settings.From),
        Hash(training),
        new { Settings = settings with { From = null, Seed = 0 }, Validation = validation is null ? null : ContentHash.Data(validation) },
        settings.Seed,
        Recipe);

    private string StatePath => Path.Combine(directory, TeacherExport.StateFile);

    /// <summary>Trains to the end, or until <paramref name="stop"/>, after which the same call goes on.</summary>
    /// <param name="progress">Told of each utterance read and each update.</param>
    /// <param name="tell">Called with each line of the log, and with what a person should know.</param>
    /// <param name="stop">Saves the state and throws.</param>
    /// <returns>The last line of the log.</returns>
    /// <exception cref="OperationCanceledException">The run was stopped; its state, if it has one yet, is saved.</exception>
    /// <exception cref="LabException">
    /// Recipe, corpus, model or state cannot be used, another run has the folder, or training broke down.
    /// </exception>
    public TeacherLogLine Train(IProgress<Progress> progress, Action<string> tell, CancellationToken stop)
    {
        settings.Check();
        if (settings.From is { } from && Same(from, directory))
        {
            throw new LabException($"{directory} is the model to start from and the output folder at once; give another output folder.");
        }

        using var folder = FolderLock.Take(directory);
        AtomicFile.RemoveRemains(directory, "*.safetensors");
        var tokenizer = settings.From is null
            ? TeacherExamples.TrainTokenizer(training, settings.Pieces, settings.WindowSeconds)
            : WhisperTokenizer.Load(settings.From);
        TeacherExport.RequireTokenizer(directory, tokenizer);
        using var audio = new SampleFile(Path.Combine(directory, "audio.tmp"));
        var data = Read(audio, tokenizer, progress, tell, stop);
        using var trainer = new TeacherTrainer(settings, tokenizer, data.Examples, StatePath, Hash(training));
        TeacherExport.WriteCompanions(directory, trainer.Model.Config, tokenizer);
        var judge = validation is null ? null : new TeacherValidation(validation, trainer.Model, tokenizer);
        using var log = new TrainingLog<TeacherLogLine>(directory, trainer.Update);
        if (log.Lines.Count == 0 && trainer.Update >= settings.Updates)
        {
            throw new LabException($"{directory} holds a finished training without its {TrainingLog.FileName}, from which the model card is made; put that back, or take the model as it is with lab teacher export.");
        }

        Train(trainer, log, () => judge?.Measure(), progress, tell, stop);
        TeacherExport.Write(directory, trainer.Model, tokenizer);
        TeacherCard.Write(directory, settings, trainer.Model.Config, data, log.Lines);
        TeacherExport.KeepLogOf(settings.From, directory);
        return log.Lines[^1];
    }

    private TeacherExamples Read(
        SampleFile audio, WhisperTokenizer tokenizer, IProgress<Progress> progress, Action<string> tell, CancellationToken stop)
    {
        var (windowSeconds, positions) = settings.From is null
            ? (settings.WindowSeconds, settings.MaxTargetPositions)
            : Limits(WhisperConfig.Load(Path.Combine(settings.From, "config.json")));
        try
        {
            var data = TeacherExamples.Read(training, audio, tokenizer, windowSeconds, positions, progress, stop);
            foreach (var said in new[] { data.LeftOut, data.BeyondDecoding(positions) }.OfType<string>())
            {
                tell(said);
            }

            return data;
        }
        catch (OperationCanceledException e)
        {
            throw new OperationCanceledException(
                File.Exists(StatePath)
                    ? $"The corpus was still being read; {StatePath} stays as it was, and the same command goes on from it."
                    : "The corpus was still being read and nothing was trained yet; the same command begins again.",
                e,
                stop);
        }
    }

    /// <summary>
    /// The hash of all that windows are made of: beside texts and audio, which utterances follow one another.
    /// </summary>
    private static string Hash(Corpus corpus) =>
        $"{ContentHash.Data(corpus)} {ContentHash.Text(corpus.Utterances.Select(u => $"{u.Split}/{u.Recording} {u.Position}"))}";

    private void Train(
        TeacherTrainer trainer,
        TrainingLog<TeacherLogLine> log,
        Func<(double Mean, IReadOnlyDictionary<string, double> Domains)?> validate,
        IProgress<Progress> progress,
        Action<string> tell,
        CancellationToken stop)
    {
        var (first, last) = (trainer.Update, settings.Updates);
        var description = first == 0 ? "Training the teacher" : $"Training the teacher on from update {first}";
        var before = log.Lines.Count == 0 ? 0 : log.Lines[^1].Seconds;
        var (whole, part) = (Stopwatch.StartNew(), Stopwatch.StartNew());
        var steps = new List<TeacherTrainer.Step>();
        while (trainer.Update < last)
        {
            if (stop.IsCancellationRequested)
            {
                trainer.Save();
                if (steps.Count > 0)
                {
                    log.Add(Line());
                }

                throw new OperationCanceledException($"Update {trainer.Update} of {last} is saved in {StatePath}; run the same command to go on.", stop);
            }

            steps.Add(trainer.Next());
            progress.Report(new Progress(description, trainer.Update - first, last - first, Describe(steps[^1])));
            var end = trainer.Update == last;
            if (end || trainer.Update % LogEvery == 0)
            {
                var line = Line();
                // Before the decoder is trained nothing is written yet.
                if (trainer.Update > settings.CtcUpdates && (end || trainer.Update % ValidateEvery == 0) && validate() is { } wer)
                {
                    line = line with { Seconds = Seconds(), ValidationWer = wer.Mean, DomainWer = wer.Domains };
                }

                log.Add(line);
                tell(TrainingLog.Text(line));
                steps.Clear();
                part.Restart();
            }

            if (end || trainer.Update % SaveEvery == 0)
            {
                trainer.Save();
            }
        }

        TeacherLogLine Line() => Summarise(steps, Seconds(), steps.Count / part.Elapsed.TotalSeconds);
        double Seconds() => Math.Round(before + whole.Elapsed.TotalSeconds, 3);
    }

    private static bool Same(string one, string other) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(one)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(other));

    private static (double WindowSeconds, int MostTokens) Limits(WhisperConfig config) => (config.WindowSeconds, config.MaxTargetPositions);

    private static string Describe(TeacherTrainer.Step step) =>
        string.Join(", ", new[]
        {
            double.IsNaN(step.Ctc) ? null : $"CTC {step.Ctc:0.00}",
            double.IsNaN(step.CrossEntropy) ? null : $"cross-entropy {step.CrossEntropy:0.00}",
        }.OfType<string>());

    private static TeacherLogLine Summarise(List<TeacherTrainer.Step> steps, double seconds, double updatesPerSecond)
    {
        static double? Mean(IEnumerable<double> values)
        {
            var used = values.Where(double.IsFinite).ToList();
            return used.Count == 0 ? null : Math.Round(used.Average(), 4);
        }

        return new TeacherLogLine(
            steps[^1].Update + 1,
            seconds,
            Math.Round(updatesPerSecond, 2),
            Mean(steps.Select(s => s.Ctc)),
            Mean(steps.Select(s => s.CrossEntropy)),
            Mean(steps.Select(s => s.GradientNorm)),
            steps[^1].LearningRate);
    }
}
