using System.Diagnostics;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Distillation;

/// <summary>Distils the lab's own teacher: shipped with the repository, so nothing is skipped.</summary>
public sealed class DistillationTrainerTests(ITestOutputHelper output) : IDisposable
{
    private readonly Transcriber _teacher = Transcriber.Load(Path.Combine(LabPaths.Data, "teacher"));

    [Fact]
    public void A_student_comes_closer_to_its_teacher()
    {
        using var set = new Set(_teacher, utterances: 48);
        using var student = Student.FromTeacher(_teacher.Model, [0, 7]);
        using var trainer = set.Trainer(student, updates: 30);
        var steps = trainer.Train().ToList();

        Assert.Equal(30, steps.Count);
        Assert.True(steps.TakeLast(5).Average(s => s.Kl) < 0.5 * steps.Take(5).Average(s => s.Kl));
        Assert.True(steps.TakeLast(5).Average(s => s.PseudoLabel) < 0.5 * steps.Take(5).Average(s => s.PseudoLabel));
    }

    [Fact]
    public void A_copy_of_the_teacher_has_no_divergence_from_it()
    {
        using var set = new Set(_teacher, utterances: 16);
        using var student = Student.FromTeacher(_teacher.Model, [.. Enumerable.Range(0, _teacher.Model.Config.DecoderLayers)]);
        using var trainer = set.Trainer(student, updates: 1);
        Assert.Equal(0, trainer.Train().Single().Kl, 1e-6);
    }

    [Fact]
    public void Accumulated_batches_make_the_update_of_one_large_batch()
    {
        using var set = new Set(_teacher, utterances: 16);
        using var first = Student.FromTeacher(_teacher.Model, [0, 7]);
        using var second = Student.FromTeacher(_teacher.Model, [0, 7]);
        using var whole = set.Trainer(first, 2, new() { Batch = 16, MseWeight = 0.1 });
        using var parts = set.Trainer(second, 2, new() { Batch = 4, Accumulation = 4, MseWeight = 0.1 });
        foreach (var (one, four) in whole.Train().Zip(parts.Train()))
        {
            Assert.Equal(one.Loss, four.Loss, 1e-4);
            Assert.Equal(one.Mse, four.Mse, 1e-4);
            Assert.Equal(1, one.GradientNorm / four.GradientNorm, 1e-3);
        }
    }

    [Fact]
    public void In_bfloat16_the_loss_is_nearly_the_same_and_no_update_is_too_small()
    {
        using var set = new Set(_teacher, utterances: 16);
        using var first = Student.FromTeacher(_teacher.Model, [0, 7]);
        using var second = Student.FromTeacher(_teacher.Model, [0, 7]);
        using var before = Student.FromTeacher(_teacher.Model, [0, 7]);
        DistillationSettings settings = new() { PeakLearningRate = 1e-6, MseWeight = 0.1 };
        using var single = set.Trainer(first, 2, settings);
        using var rounded = set.Trainer(second, 2, settings with { Bfloat16 = true });
        foreach (var (exact, near) in single.Train().Zip(rounded.Train()))
        {
            Assert.NotEqual(exact.Loss, near.Loss);
            Assert.Equal(1, near.Loss / exact.Loss, 2e-2);
            Assert.Equal(1, near.GradientNorm / exact.GradientNorm, 5e-2);
        }

        using var scope = NewDisposeScope();
        const string name = "model.decoder.layers.1.fc1.weight";
        var (start, end) = (before.NamedTensors()[name], second.NamedTensors()[name]);
        Assert.Equal(ScalarType.Float32, end.dtype);
        Assert.True(Share(start.ne(end)) > 0.9);
        // Weights in bfloat16 themselves would have stayed where they were.
        Assert.True(Share(start.to(ScalarType.BFloat16).ne(end.to(ScalarType.BFloat16))) < 0.1);

        static double Share(Tensor mask) => mask.to(ScalarType.Float32).mean().item<float>();
    }

    [Fact]
    public void A_term_of_weight_zero_is_left_out_and_a_broken_loss_is_reported()
    {
        using var set = new Set(_teacher, utterances: 16);
        using var student = Student.FromTeacher(_teacher.Model, [0, 7]);
        using (var trainer = set.Trainer(student, 1, new() { KlWeight = 0 }))
        {
            var step = trainer.Next();
            Assert.True(double.IsNaN(step.Kl) && step.Loss == step.PseudoLabel);
        }

        using (no_grad())
        {
            student.Decoder.TokenEmbedding.fill_(float.NaN);
        }

        using var broken = set.Trainer(student, 1);
        Assert.Contains("loss of update 0 is NaN", Assert.Throws<TrainingDivergedException>(() => broken.Next()).Message);
    }

    [Fact]
    public void The_frozen_encoder_and_the_teacher_stay_as_they_were()
    {
        using var set = new Set(_teacher, utterances: 16);
        using var student = Student.FromTeacher(_teacher.Model, [0, 7]);
        using var before = Student.FromTeacher(_teacher.Model, [0, 1, 2, 3]);
        using (var trainer = set.Trainer(student, updates: 3))
        {
            Assert.Equal(3, trainer.Train().Count());
        }

        var (first, trained, teacher) = (before.NamedTensors(), student.NamedTensors(), _teacher.Model.NamedTensors());
        Assert.All(first, t => Assert.True(t.Value.eq(teacher[t.Key]).all().item<bool>(), t.Key));
        Assert.All(
            trained.Where(t => t.Key.StartsWith("model.encoder.", StringComparison.Ordinal)),
            t => Assert.True(t.Value.eq(teacher[t.Key]).all().item<bool>(), t.Key));
        const string learned = "model.decoder.embed_tokens.weight";
        Assert.False(trained[learned].eq(teacher[learned]).all().item<bool>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tensors_do_not_accumulate(bool bfloat16)
    {
        using var world = new TinyWorld();
        using var teacher = world.Teacher();
        var labels = new PseudoLabeller(teacher).Label(world.Corpus, stop: TestContext.Current.CancellationToken);
        using var cache = new TeacherCache(
            teacher, LabelledCorpus.Create(labels, world.Corpus, new(null), teacher.Tokenizer, teacher.Model.Config));
        using var student = Student.FromTeacher(teacher.Model, [0, 2]);
        using var trainer = new DistillationTrainer(student, cache, new()
        {
            Updates = 600,
            Batch = 4,
            MseWeight = 0.1,
            PreviousTextProbability = 0.5,
            Bfloat16 = bfloat16,
        });
        // By the 200th update every form of every label has been met, so that the cache is full.
        var counts = trainer.Train().Select(step => step.Update is 200 or 599 ? LiveTensors.Settled() : 0).ToList();
        Assert.Equal(counts[200], counts[599]);
    }

    [Fact]
    public void Memory_stays_flat_over_two_thousand_updates()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LAB_TESTS") == "full", "Takes two minutes; LAB_TESTS=full runs it.");
        using var set = new Set(_teacher, utterances: 200);
        using var student = Student.FromTeacher(_teacher.Model, [0, 7]);
        using var trainer = set.Trainer(student, updates: 2000);
        var resident = trainer.Train().Select(step => step.Update is 199 or 1999 ? Resident() : 0).Where(r => r > 0).ToList();

        output.WriteLine($"Resident after 200 updates {resident[0] >> 20} MiB, after 2,000 {resident[1] >> 20} MiB.");
        Assert.True(resident[1] < 1.2 * resident[0], $"{resident[0]} bytes after 200 updates, {resident[1]} after 2,000.");
    }

    public void Dispose() => _teacher.Dispose();

    private static long Resident()
    {
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    /// <summary>Labelled utterances of the shipped training set, of unequal lengths.</summary>
    private sealed class Set : IDisposable
    {
        private readonly TeacherCache _cache;

        public Set(Transcriber teacher, int utterances)
        {
            var corpus = Corpus.Shipped("train").Take(utterances);
            var labels = new PseudoLabeller(teacher).Label(corpus);
            _cache = new TeacherCache(teacher, LabelledCorpus.Create(labels, corpus, new(null), teacher.Tokenizer, teacher.Model.Config));
            Assert.True(labels.Select(l => l.Sequence.Count).Distinct().Count() > 2);
        }

        public DistillationTrainer Trainer(WhisperModel student, int updates, DistillationSettings? settings = null) =>
            new(student, _cache, (settings ?? new()) with { Updates = updates, Warmup = 5 });

        public void Dispose() => _cache.Dispose();
    }
}
