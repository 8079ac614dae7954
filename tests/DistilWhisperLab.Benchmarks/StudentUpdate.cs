using BenchmarkDotNet.Attributes;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Training;

namespace DistilWhisperLab.Benchmarks;

/// <summary>
/// One update of a student of two decoder layers that shares the shipped teacher's frozen encoder, with the default
/// settings: with the teacher run live on the utterances' audio, and from a cache that holds all it has to say, also in
/// bfloat16.
/// </summary>
public class StudentUpdate : BesideYardstick
{
    private const int Updates = 4;

    private Transcriber _teacher = null!;
    private WhisperModel _student = null!;
    private LabelledCorpus _set = null!;
    private TeacherCache _cache = null!;
    private DistillationTrainer _trainer = null!;

    [GlobalSetup(Target = nameof(Live))]
    public void SetupLive() => Setup(CacheBudget.None, new());

    [GlobalSetup(Target = nameof(Cached))]
    public void SetupCached() => SetupCached(new());

    [GlobalSetup(Target = nameof(CachedInBfloat16))]
    public void SetupBfloat16() => SetupCached(new() { Bfloat16 = true });

    private void SetupCached(DistillationSettings settings)
    {
        Setup(CacheBudget.Default, settings);
        _cache.Fill(_student);
        var forms = from example in Enumerable.Range(0, _set.Count)
                    from form in Forms(example)
                    select (example, form.Variant);
        foreach (var row in forms.Distinct())
        {
            var (sequence, prompt) = _set.Sequence(row.example, row.Variant);
            using var tokens = new TokenBatch([sequence], _teacher.Tokenizer.EndOfText, prompts: [prompt]);
            _cache.Logits([row], tokens).Dispose();
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Updates)]
    public void Live() => Update();

    [Benchmark(OperationsPerInvoke = Updates)]
    public void Cached() => Update();

    [Benchmark(OperationsPerInvoke = Updates)]
    public void CachedInBfloat16() => Update();

    [GlobalCleanup(Target = nameof(Live))]
    public void CleanupLive() => Cleanup(nameof(Live), teacherRuns: true);

    [GlobalCleanup(Target = nameof(Cached))]
    public void CleanupCached() => Cleanup(nameof(Cached), teacherRuns: false);

    [GlobalCleanup(Target = nameof(CachedInBfloat16))]
    public void CleanupBfloat16() => Cleanup(nameof(CachedInBfloat16), teacherRuns: false);

    private void Setup(CacheBudget budget, DistillationSettings settings)
    {
        _teacher = Transcriber.Load(Path.Combine(LabPaths.Data, "teacher"));
        var config = _teacher.Model.Config;
        var corpus = Corpus.Shipped("train").Fitting(config.WindowSeconds, null).Join(config.WindowSeconds).Take(64);
        var labels = new PseudoLabeller(_teacher).Label(corpus);
        _set = LabelledCorpus.Create(labels, corpus, new PseudoLabelFilter(null), _teacher.Tokenizer, config);
        _cache = new TeacherCache(_teacher, _set, budget);
        _student = Student.FromTeacher(_teacher.Model, new LayerSelection(LayerRule.Spaced).Choose(config.DecoderLayers, 2));
        _trainer = new DistillationTrainer(_student, _cache, settings);
    }

    private void Update()
    {
        for (var i = 0; i < Updates; i++)
        {
            _trainer.Next();
        }
    }

    private void Cleanup(string method, bool teacherRuns)
    {
        Note(method, null, new Work(Flops(teacherRuns)));
        _trainer.Dispose();
        _cache.Dispose();
        _student.Dispose();
        _teacher.Dispose();
    }

    /// <summary>Of the mean update: the expected tokens of an utterance, without what pads them.</summary>
    private double Flops(bool teacherRuns)
    {
        var forms = Enumerable.Range(0, _set.Count).SelectMany(Forms).ToList();
        var tokens = forms.Sum(form => form.Probability * form.Tokens) / _set.Count;
        var targets = forms.Sum(form => form.Probability * form.Targets) / _set.Count;
        var (batch, teacher, student) = (new DistillationSettings().Batch, _teacher.Model.Config, _student.Config);
        var frames = teacher.WindowFrames;
        // The encoder's states are no one's gradient, so their projections' backward pass is one product.
        var learning = ModelFlops.ForwardAndBackward * ModelFlops.Decoder(student, batch, tokens, frames, batch * targets)
            - ModelFlops.StateProjections(student, batch, frames);
        return learning + (teacherRuns
            ? ModelFlops.Encoder(teacher, batch, frames) + ModelFlops.Decoder(teacher, batch, tokens, frames, batch * targets)
            : ModelFlops.Logits(teacher, batch * targets));
    }

    /// <summary>The forms in which an utterance is learned, and how often each.</summary>
    private IEnumerable<(LabelVariant Variant, double Probability, int Tokens, int Targets)> Forms(int example)
    {
        var settings = new DistillationSettings();
        foreach (var wanted in (LabelVariant[])[0, LabelVariant.Timestamps, LabelVariant.PreviousText, LabelVariant.Timestamps | LabelVariant.PreviousText])
        {
            double Share(LabelVariant part, double probability) => wanted.HasFlag(part) ? probability : 1 - probability;
            var variant = _set.Available(example, wanted);
            var (sequence, prompt) = _set.Sequence(example, variant);
            yield return (
                variant,
                Share(LabelVariant.Timestamps, settings.TimestampProbability) * Share(LabelVariant.PreviousText, settings.PreviousTextProbability),
                sequence.Count - 1,
                sequence.Count - 1 - prompt);
        }
    }
}
