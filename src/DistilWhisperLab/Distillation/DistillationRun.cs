using System.Diagnostics;
using System.Text.Json;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using static TorchSharp.torch;

namespace DistilWhisperLab.Distillation;

/// <summary>
/// The whole chain of a plan: labels where they are missing, student, training with validation, and the best student
/// as a model directory. Stopped or killed at any moment, the same call goes on.
/// </summary>
/// <param name="plan">What to do.</param>
/// <param name="directory">Receives everything; the student lies in its folder <c>student</c>.</param>
public sealed class DistillationRun(DistillationPlan plan, string directory)
{
    private const string BestWer = "best_wer";
    private const string BestUpdate = "best_update";
    private const string WithoutImprovement = "without_improvement";
    private const string Minutes = "minutes";
    private const string CacheDifference = "cache_difference";
    private const string Unvalidated = "unvalidated";

    // Keys that change no weight beyond the last bits: where things lie, how the run is watched and computed, how much
    // is kept. What is kept in 16 bits is rounded, so cache_half stays in.
    private static readonly string[] NotOfTheResult =
    [
        "teacher", "corpus", "labels", "validation", "label_batch", "label_beam_size", "threshold", "save_every", "cache_memory",
        "cache_disk", "device", "threads",
    ];

    /// <summary>Where the student is written.</summary>
    public string StudentDirectory => Path.Combine(Path.GetFullPath(directory), "student");

    private string StatePath => Path.Combine(directory, "state.safetensors");

    private string BestPath => Path.Combine(directory, "best.safetensors");

    /// <summary>Runs the plan to its end.</summary>
    /// <param name="progress">Told of every step; null for none.</param>
    /// <param name="stop">Saves the state and throws.</param>
    /// <exception cref="LabException">Something of the plan is wrong or missing, or another run has the folder.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no number any more; the last saved state stays.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; its state is saved.</exception>
    public DistillationResult Execute(IProgress<Progress>? progress = null, CancellationToken stop = default)
    {
        plan.Check();
        using var folder = FolderLock.Take(directory);
        AtomicFile.RemoveRemains(directory, "*.safetensors");
        var device = Devices.Choose(plan.Device);
        if (plan.Threads is { } threads)
        {
            set_num_threads(threads);
        }

        var teacherDirectory = ModelDirectory.Resolve(plan.Teacher!, progress, stop);
        using var teacher = Transcriber.Load(teacherDirectory, device, progress, stop);
        var window = teacher.Model.Config.WindowSeconds;
        var corpus = Corpus.OpenForTraining(plan.Corpus!, progress, stop).Fitting(window, progress).Join(window);
        var validationCorpus = plan.Validation is null ? null : Corpus.Open(plan.Validation, progress, stop).Fitting(window, progress);
        if (validationCorpus is not null)
        {
            // Better now than after hours of labelling and training.
            ValidationSet.Check(validationCorpus);
        }

        using var student = plan.CreateStudent(teacher.Model, out var mapping);
        var labels = Labels(teacherDirectory, teacher, corpus, progress, stop);
        var set = LabelledCorpus.Open(labels, corpus, new PseudoLabelFilter(plan.Threshold), teacher.Tokenizer, student.Config);
        using var cache = new TeacherCache(teacher, set, plan.Budget, Path.Combine(directory, "cache"));
        var identity = Identity(teacherDirectory, set, mapping, validationCorpus);
        using var trainer = new DistillationTrainer(student, cache, plan, StatePath, JsonSerializer.Serialize(identity));
        AtomicFile.WriteText(Path.Combine(directory, "plan.json"), PlanFile.Write(plan));
        var validation = validationCorpus is null ? null : new ValidationSet(cache, validationCorpus, plan.LabelBatch, plan.Language);
        Train(student, trainer, cache, validation, progress, stop);

        var best = TakeBest(student, trainer, validation is not null);
        var result = new DistillationResult(
            RunKey.Of(RunKey.Train, ContentHash.Model(teacherDirectory), set.Fingerprint(), identity, plan.Seed, DistillationStudy.Recipe),
            mapping,
            trainer.Update,
            best,
            set.Count,
            set.Dropped,
            PseudoLabelSummary.Of([.. Enumerable.Range(0, set.Count).Select(set.Label)]).Wer,
            validation?.Of(teacher.Model, stop),
            validation?.Of(student, stop))
        {
            Trained = TimeSpan.FromMinutes(Note(trainer, Minutes) ?? 0),
            CacheDifference = Note(trainer, CacheDifference),
        };
        StudentExport.Write(StudentDirectory, student, teacher, teacherDirectory, plan, PseudoLabelFolder.Open(labels).Provenance, result);
        return result;
    }

    private string Labels(
        string teacherDirectory, Transcriber teacher, Corpus corpus, IProgress<Progress>? progress, CancellationToken stop)
    {
        var labels = plan.Labels ?? Path.Combine(directory, "labels");
        // Finished labels that the plan names are taken as they are, another teacher's too: their vocabulary is
        // checked where they are opened.
        if (plan.Labels is null || !PseudoLabelFolder.Exists(labels) || !PseudoLabelFolder.Open(labels).IsComplete)
        {
            PseudoLabelFolder.OpenOrBegin(labels, teacherDirectory, teacher, plan.Corpus!, corpus, plan.Labelling)
                .Fill(teacher, corpus, progress: progress, stop: stop);
        }

        return labels;
    }

    private void Train(
        WhisperModel student,
        DistillationTrainer trainer,
        TeacherCache cache,
        ValidationSet? validation,
        IProgress<Progress>? progress,
        CancellationToken stop)
    {
        if (IsFinished(trainer))
        {
            return;
        }

        var (before, clock) = (Note(trainer, Minutes) ?? 0, Stopwatch.StartNew());
        cache.Fill(student, progress, stop);
        if (plan.CacheHalf && Note(trainer, CacheDifference) is null)
        {
            trainer.Notes[CacheDifference] = trainer.CacheDifference();
        }

        using var log = new DistillationLog(directory, trainer.Update, plan.Batch * plan.Accumulation);
        var saved = trainer.Update;
        try
        {
            if (Note(trainer, Unvalidated) is not null)
            {
                ValidateOrLeave();
                Save();
            }

            while (!IsFinished(trainer))
            {
                if (stop.IsCancellationRequested)
                {
                    throw Stopped();
                }

                var step = trainer.Next();
                log.Add(step);
                progress?.Report(new Progress("Distilling", trainer.Update, plan.Updates, Describe(step, trainer)));
                if (validation is not null && IsDue(plan.EvaluateEvery))
                {
                    ValidateOrLeave();
                }

                if (IsDue(plan.SaveEvery) || IsDue(plan.EvaluateEvery))
                {
                    Save();
                }
            }
        }
        catch (TrainingDivergedException e)
        {
            throw new TrainingDivergedException(
                $"{e.Message} {(saved > 0 ? $"The state after update {saved}, the last that was saved, is kept in {directory}" : "No state had been saved")}{(File.Exists(BestPath) ? ", and so is the best student so far" : "")}.", e);
        }

        void ValidateOrLeave()
        {
            try
            {
                Validate(student, trainer, validation!, log, stop);
                trainer.Notes.Remove(Unvalidated);
            }
            catch (OperationCanceledException)
            {
                // The next sitting makes up for it.
                trainer.Notes[Unvalidated] = 1;
                throw Stopped();
            }
        }

        OperationCanceledException Stopped()
        {
            Save();
            return new($"Update {trainer.Update} of {plan.Updates} is saved in {directory}; run the same command to go on.", stop);
        }

        bool IsDue(int every) => trainer.Update % every == 0 || trainer.Update == plan.Updates;

        void Save()
        {
            trainer.Notes[Minutes] = before + clock.Elapsed.TotalMinutes;
            trainer.Save();
            saved = trainer.Update;
        }
    }

    private bool IsFinished(DistillationTrainer trainer) =>
        (trainer.Update >= plan.Updates || Note(trainer, WithoutImprovement) >= plan.EarlyStop) && Note(trainer, Unvalidated) is null;

    private void Validate(
        WhisperModel student, DistillationTrainer trainer, ValidationSet validation, DistillationLog log, CancellationToken stop)
    {
        var found = log.Validating(() => validation.Of(student, stop));
        log.Add(trainer.Update, found);
        if (Note(trainer, BestWer) <= found.Wer)
        {
            trainer.Notes[WithoutImprovement] = Note(trainer, WithoutImprovement).GetValueOrDefault() + 1;
            return;
        }

        // Before the state that names it: a run killed in between finds the same one again.
        SafetensorsFile.Write(BestPath, DistillationTrainer.TrainedWeights(student));
        trainer.Notes[BestWer] = found.Wer;
        trainer.Notes[BestUpdate] = trainer.Update;
        trainer.Notes[WithoutImprovement] = 0;
    }

    /// <summary>Puts the best weights back in the student; returns the update that they are of.</summary>
    private int TakeBest(WhisperModel student, DistillationTrainer trainer, bool validated)
    {
        if (!validated || Note(trainer, BestUpdate) is not { } update)
        {
            return trainer.Update;
        }

        using var file = SafetensorsFile.Open(BestPath);
        foreach (var (name, tensor) in DistillationTrainer.TrainedWeights(student))
        {
            file.ReadInto(name, tensor);
        }

        return (int)update;
    }

    /// <summary>All that decides the weights.</summary>
    private Dictionary<string, JsonElement> Identity(string teacherDirectory, LabelledCorpus set, string mapping, Corpus? validation)
    {
        var settings = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(PlanFile.Write(plan))!;
        // Without what is null, so that a setting that comes later and starts as null leaves unfinished runs their identity.
        foreach (var key in settings.Where(s => s.Value.ValueKind == JsonValueKind.Null).Select(s => s.Key).Concat(NotOfTheResult).ToList())
        {
            settings.Remove(key);
        }

        settings["mapping"] = JsonSerializer.SerializeToElement(mapping);
        settings["teacher_hash"] = JsonSerializer.SerializeToElement(ContentHash.Model(teacherDirectory));
        settings["labels_hash"] = JsonSerializer.SerializeToElement(set.Fingerprint());
        settings["validation_hash"] = JsonSerializer.SerializeToElement(validation is null
            ? null
            : $"{ContentHash.Data(validation)} {ContentHash.Text(validation.Utterances.Select(u => u.Domain))}");
        return settings;
    }

    private static double? Note(DistillationTrainer trainer, string note) =>
        trainer.Notes.TryGetValue(note, out var value) ? value : null;

    private static string Describe(DistillationTrainer.Step step, DistillationTrainer trainer) =>
        $"loss {step.Loss:0.00}{(Note(trainer, BestWer) is { } wer ? $", best WER {wer:0.0} %" : "")}";
}
