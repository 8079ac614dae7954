using System.Text.Json;
using System.Text.Json.Nodes;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Runtime;
using TorchSharp;

namespace DistilWhisperLab.Experiments;

/// <summary>
/// A run of the lab's studies, computed again from what its record says. On the machine that made it the numbers are the
/// same; another rounds differently in the last bits, which training magnifies.
/// </summary>
/// <param name="Recorded">The run as the ledger has it.</param>
/// <param name="Again">The run as it came out now; no ledger has it.</param>
public sealed record Recomputation(RunRecord Recorded, RunRecord Again)
{
    /// <summary>Whether each utterance has as many errors as before.</summary>
    public bool IsIdentical => Sets.Count == Again.WordErrors.Count && Sets.All(set =>
        Again.WordErrors.TryGetValue(set.Key, out var counts) && counts.Errors.AsSpan().SequenceEqual(set.Value.Errors));

    /// <summary>The 95 % interval, over utterances, of the recorded word error rate, in percent.</summary>
    /// <exception cref="LabException">The record has no word errors.</exception>
    public Interval Interval => SeedBootstrap.Interval([[.. Sets.Values]]);

    /// <summary>Whether the word error rate lies within the recorded one's interval.</summary>
    public bool IsWithinInterval
    {
        get
        {
            var (rate, interval) = (Again.WordErrors.Values.Average(set => set.Rate), Interval);
            return rate >= interval.Low && rate <= interval.High;
        }
    }

    private IReadOnlyDictionary<string, WordErrorCounts> Sets => Recorded.WordErrors;

    /// <summary>The run of a record, computed anew on the shipped corpus, with as many threads; the process keeps that number.</summary>
    /// <param name="recorded">A student of a study, or the teacher beside them.</param>
    /// <param name="teacherDirectory">The teacher that the record names by its hash.</param>
    /// <param name="progress">Told of labels and updates; null for none.</param>
    /// <param name="stop">Stops it before the student is trained.</param>
    /// <exception cref="LabException">The record is no study's, or teacher, corpus or code are others than the record's.</exception>
    public static Recomputation Of(
        RunRecord recorded, string teacherDirectory, IProgress<Progress>? progress = null, CancellationToken stop = default)
    {
        // Threads share sums out differently, and so round differently.
        torch.set_num_threads(recorded.Provenance.Threads);
        using var teacher = Transcriber.Load(teacherDirectory, progress: progress, stop: stop);
        var training = Corpus.Shipped("train").Join(teacher.Model.Config.WindowSeconds);
        var labels = KeptLabels.Of(teacherDirectory, teacher, training, progress, stop);
        using var study = new DistillationStudy(teacher, training, labels, Corpus.Shipped("test"), progress);
        return Of(recorded, study);
    }

    /// <summary>The run of a record, computed anew by the study that it belongs to.</summary>
    internal static Recomputation Of(RunRecord recorded, DistillationStudy study)
    {
        if (recorded.Key.Kind == RunKey.Evaluate)
        {
            Require(recorded.Key, study.TeacherKey());
            return new(recorded, RunRecord.Measure(study.TeacherKey(), recorded.Name, study.Teacher));
        }

        var student = Read(recorded);
        var key = study.Key(student, recorded.Key.Seed);
        Require(recorded.Key, key);
        return new(recorded, RunRecord.Measure(key, recorded.Name, () => study.Train(student, recorded.Key.Seed)));
    }

    /// <summary>A key leaves out what is null, so what it does not name is null, whatever a new setting starts with.</summary>
    private static StudentSettings Read(RunRecord recorded)
    {
        var settings = JsonNode.Parse(recorded.Key.Settings)!.AsObject();
        settings["name"] = recorded.Name;
        return settings.Deserialize<StudentSettings>(CanonicalJson.Options)! with
        {
            Threshold = (double?)settings["threshold"],
        };
    }

    private static void Require(RunKey recorded, RunKey here)
    {
        (string What, bool Same)[] parts =
        [
            ("the teacher is another", recorded.Model == here.Model),
            ("the corpus or its labels are others", recorded.Data == here.Data),
            ($"the code is of recipe {here.Recipe}, the run of {recorded.Recipe}", recorded.Recipe == here.Recipe),
            ("its settings are not a study's", recorded.Settings == here.Settings),
        ];
        if (recorded.Id != here.Id)
        {
            var different = string.Join(", ", parts.Where(part => !part.Same).Select(part => part.What));
            throw new LabException($"The run {recorded.Id} cannot be computed again here: {different}. Runs of the lab's studies can, with the teacher and corpus that they were made with.");
        }
    }
}
