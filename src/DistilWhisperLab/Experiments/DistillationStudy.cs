using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Evaluation;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using TorchSharp;

namespace DistilWhisperLab.Experiments;

/// <summary>
/// Many students of one teacher, trained on one labelled corpus and tested on one test corpus, for a <see cref="Sweep"/>.
/// What teacher and encoder compute is kept from student to student.
/// </summary>
public sealed class DistillationStudy : IDisposable
{
    /// <summary>Raised when a change to the code makes other students of the same settings.</summary>
    public const int Recipe = 1;

    private const int DecodedTogether = 32;

    private readonly Transcriber _teacher;
    private readonly TeacherCache _cache;
    private readonly Corpus _test;
    private readonly ValidationSet _tests;
    private readonly IProgress<Progress>? _progress;
    private readonly string _teacherHash;
    private readonly string _testHash;
    private readonly string _dataHash;

    /// <summary>Prepares a study; nothing is computed yet.</summary>
    /// <param name="teacher">The teacher of all students; left as it is.</param>
    /// <param name="training">What is trained on, joined to windows.</param>
    /// <param name="labels">The teacher's pseudo-labels of it.</param>
    /// <param name="test">What is tested on; each of its domains is a test set.</param>
    /// <param name="progress">Told of the updates of each student; null for none.</param>
    /// <exception cref="LabException">An utterance has no label.</exception>
    public DistillationStudy(
        Transcriber teacher, Corpus training, IReadOnlyList<PseudoLabel> labels, Corpus test, IProgress<Progress>? progress = null)
    {
        (_teacher, _test, _progress) = (teacher, test, progress);
        var all = LabelledCorpus.Create(labels, training, new PseudoLabelFilter(Threshold: null), teacher.Tokenizer, teacher.Model.Config);
        _cache = new TeacherCache(teacher, all);
        _tests = new ValidationSet(_cache, test, DecodedTogether, language: null);
        _teacherHash = ContentHash.Model(teacher.Model);
        // Which domain an utterance is of, and of what kind, decides the figures as well as what is said in it.
        var sets = test.Utterances.Select(u => $"{u.Domain} {EvaluationSets.KindOf(u.Domain, u.Split)}");
        _testHash = $"{ContentHash.Data(test)} {ContentHash.Text(sets)}";
        _dataHash = $"{all.Fingerprint()} {_testHash}";
    }

    /// <summary>What makes a student's run the same run.</summary>
    public RunKey Key(StudentSettings student, int seed) => RunKey.Of(
        RunKey.Train, _teacherHash, _dataHash, student with { Name = "", Training = student.Training with { Seed = 0 } }, seed, Recipe);

    /// <summary>
    /// Trains and tests a student. Its figures are the word error rates of each domain in percent, <c>wer</c> of all
    /// domains, <c>wer_id</c> and <c>wer_ood</c> (macro averages), the windows trained on and the updates a second. The
    /// first student's time includes what teacher and encoder compute for all.
    /// </summary>
    /// <exception cref="LabException">The filter leaves too few labels, or the teacher has not the layers asked for.</exception>
    public RunOutcome Train(StudentSettings student, int seed)
    {
        var settings = student.Training with { Seed = seed };
        using var model = Create(student, seed);
        var examples = Examples(student);
        _cache.Fill(model, _progress);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        using (var trainer = new DistillationTrainer(model, _cache, settings, examples: examples))
        {
            foreach (var step in trainer.Train())
            {
                _progress?.Report(new Progress($"{student.Name}, seed {seed}", trainer.Update, settings.Updates, $"loss {step.Loss:0.000}"));
            }
        }

        var updatesPerSecond = settings.Updates / clock.Elapsed.TotalSeconds;
        return Outcome(model, examples.Count, updatesPerSecond);
    }

    /// <summary>The teacher itself on the test sets, with the same figures.</summary>
    public RunOutcome Teacher() => Outcome(_teacher.Model, 0, 0);

    /// <summary>The key of <see cref="Teacher"/>.</summary>
    public RunKey TeacherKey() => RunKey.Of(RunKey.Evaluate, _teacherHash, _testHash, new { }, 0, Recipe);

    /// <summary>Frees what is kept of teacher and encoder.</summary>
    public void Dispose() => _cache.Dispose();

    /// <summary>The student before its first update, the caller's.</summary>
    internal WhisperModel Create(StudentSettings student, int seed)
    {
        var config = _teacher.Model.Config;
        var encoder = LayerSelection.Choose(student.Encoder, config.EncoderLayers, student.EncoderLayers);
        torch.manual_seed(seed);
        return Student.FromTeacher(
            _teacher.Model,
            LayerSelection.Choose(student.Decoder, config.DecoderLayers, student.DecoderLayers),
            encoder,
            encoder.IsWhole ? FrozenParts.Encoder : FrozenParts.None);
    }

    private List<int> Examples(StudentSettings student)
    {
        var filter = new PseudoLabelFilter(student.Threshold);
        var kept = Enumerable.Range(0, _cache.Set.Count).Where(i => filter.Keeps(_cache.Set.Label(i))).ToList();
        if (student.Windows is not { } wanted || wanted >= kept.Count)
        {
            return kept;
        }

        return [.. Enumerable.Range(0, wanted).Select(i => kept[(int)((long)i * kept.Count / wanted)])];
    }

    private RunOutcome Outcome(WhisperModel model, int windows, double updatesPerSecond)
    {
        model.eval();
        var counts = _tests.ByDomain(model).ToDictionary(domain => domain.Key, domain => WordErrorCounts.Of(domain.Value));
        var outcome = RunOutcome.Of(counts);
        var metrics = outcome.Metrics.ToDictionary();
        metrics["windows"] = windows;
        metrics["updates_per_second"] = updatesPerSecond;
        var split = _test.Utterances[0].Split;
        foreach (var (name, kind) in new[] { ("wer_id", SetKind.Id), ("wer_ood", SetKind.Ood) })
        {
            var rates = counts.Where(c => EvaluationSets.KindOf(c.Key, split) == kind).Select(c => c.Value.Rate).ToList();
            if (rates.Count > 0)
            {
                metrics[name] = rates.Average();
            }
        }

        return outcome with { Metrics = metrics };
    }
}
