using System.Diagnostics;
using DistilWhisperLab.Audio;
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
        using var student = Student.FromTeacher(_teacher.Model, [0, 3]);
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
        using var student = Student.FromTeacher(_teacher.Model, [0, 1, 2, 3]);
        using var trainer = set.Trainer(student, updates: 1);
        Assert.Equal(0, trainer.Train().Single().Kl, 1e-6);
    }

    [Fact]
    public void The_frozen_encoder_and_the_teacher_stay_as_they_were()
    {
        using var set = new Set(_teacher, utterances: 16);
        using var student = Student.FromTeacher(_teacher.Model, [0, 3]);
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

    [Fact]
    public void Tensors_do_not_accumulate()
    {
        using var set = new Set(_teacher, utterances: 48);
        using var student = Student.FromTeacher(_teacher.Model, [0, 3]);
        using var trainer = set.Trainer(student, updates: 60);
        var counts = trainer.Train().Select(step => step.Update == 20 ? LiveTensors.Settled() : Tensor.TotalCount).ToList();
        Assert.Equal(counts[20], counts[^1]);
    }

    [Fact]
    public void Memory_stays_flat_over_two_thousand_updates()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LAB_TESTS") == "full", "Takes two minutes; LAB_TESTS=full runs it.");
        using var set = new Set(_teacher, utterances: 200);
        using var student = Student.FromTeacher(_teacher.Model, [0, 3]);
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

    /// <summary>Labelled and encoded utterances of the shipped training set, of unequal lengths.</summary>
    private sealed class Set : IDisposable
    {
        private readonly Transcriber _teacher;
        private readonly IReadOnlyList<PseudoLabel> _labels;
        private readonly EncodedUtterances _encoded;

        public Set(Transcriber teacher, int utterances)
        {
            var corpus = Corpus.Shipped("train").Take(utterances);
            List<AudioClip> clips = [.. corpus.Stream().Select(e => e.Clip)];
            _teacher = teacher;
            _labels = PseudoLabel.Create(teacher, clips, [.. corpus.Utterances.Select(u => u.Text)]);
            _encoded = EncodedUtterances.Create(teacher, clips);
            Assert.True(_labels.Select(l => l.Sequence.Count).Distinct().Count() > 2);
        }

        public DistillationTrainer Trainer(WhisperModel student, int updates) => new(
            _teacher.Model, student, _encoded, [.. _labels.Select(l => l.Sequence)], _teacher.Tokenizer.EndOfText,
            new DistillationSettings { Updates = updates, Warmup = 5 });

        public void Dispose() => _encoded.Dispose();
    }
}
