using DistilWhisperLab.Training;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Training;

public class TeacherTrainerTests
{
    [Fact]
    public void A_stopped_run_goes_on_to_the_same_weights_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        var examples = SmallTeacher.Examples();
        using var whole = new TeacherTrainer(SmallTeacher.Settings, SmallTeacher.Tokenizer, examples, folder.File("whole"));
        Run(whole, 12);
        foreach (var stopAfter in (int[])[2, 7]) // while the encoder learns alone, and behind it
        {
            var path = folder.File($"stopped-{stopAfter}");
            using (var stopped = new TeacherTrainer(SmallTeacher.Settings, SmallTeacher.Tokenizer, examples, path))
            {
                Run(stopped, stopAfter);
                stopped.Save();
            }

            using var resumed = new TeacherTrainer(SmallTeacher.Settings, SmallTeacher.Tokenizer, examples, path);
            Assert.Equal(stopAfter, resumed.Update);
            Run(resumed, 12 - stopAfter);
            var tensors = resumed.Model.NamedTensors();
            Assert.All(whole.Model.NamedTensors(), t => Assert.True(t.Value.eq(tensors[t.Key]).all().item<bool>(), t.Key));
        }
    }

    [Fact]
    public void Each_phase_has_its_losses()
    {
        using var folder = new TemporaryFolder();
        using var trainer = new TeacherTrainer(SmallTeacher.Settings, SmallTeacher.Tokenizer, SmallTeacher.Examples(), folder.File("state"));
        var steps = Run(trainer, 12);
        Assert.All(steps, s => Assert.Equal(s.Update < 4, double.IsNaN(s.CrossEntropy)));
        Assert.All(steps, s => Assert.Equal(s.Update < 10, double.IsFinite(s.Ctc))); // dropped at 80 %
        Assert.All(steps, s => Assert.InRange(s.GradientNorm, 1e-6, 1e3));
    }

    [Fact]
    public void A_small_set_is_learned()
    {
        using var folder = new TemporaryFolder();
        var settings = SmallTeacher.Settings with { Updates = 150, CtcUpdates = 40, PeakLearningRate = 1e-2, Warmup = 10 };
        using var trainer = new TeacherTrainer(settings, SmallTeacher.Tokenizer, SmallTeacher.Examples(), folder.File("state"));
        var steps = Run(trainer, 150);
        var first = steps.Where(s => double.IsFinite(s.CrossEntropy)).Take(5).Average(s => s.CrossEntropy);
        Assert.InRange(steps.TakeLast(20).Average(s => s.CrossEntropy), 0, 0.5 * first);
        Assert.InRange(steps.Take(40).TakeLast(5).Average(s => s.Ctc), 0, 0.8 * steps.Take(5).Average(s => s.Ctc));
    }

    [Fact]
    public void A_state_of_other_settings_or_data_is_refused()
    {
        using var folder = new TemporaryFolder();
        TeacherTrainer Trainer(TeacherSettings settings, string data) =>
            new(settings, SmallTeacher.Tokenizer, SmallTeacher.Examples(), folder.File("state"), data);
        using (var first = Trainer(SmallTeacher.Settings, "these"))
        {
            first.Save();
        }

        Assert.Contains("other settings", Assert.Throws<LabException>(() => Trainer(SmallTeacher.Settings with { Seed = 2 }, "these")).Message);
        Assert.Contains("other data", Assert.Throws<LabException>(() => Trainer(SmallTeacher.Settings, "those")).Message);
        Trainer(SmallTeacher.Settings, "these").Dispose();
    }

    [Fact]
    public void Weights_that_an_update_spoilt_are_never_saved_and_the_way_on_is_told()
    {
        using var folder = new TemporaryFolder();
        TeacherTrainer Trainer() => new(SmallTeacher.Settings, SmallTeacher.Tokenizer, SmallTeacher.Examples(), folder.File("state"));
        using (var early = Trainer())
        {
            Spoil(early);
            Assert.Contains(
                "update 0 is no finite number; no state was saved yet: start anew with a --learning-rate below 0.0015",
                Assert.Throws<LabException>(() => early.Next()).Message);
        }

        using (var trainer = Trainer())
        {
            Run(trainer, 5);
            trainer.Save();
            Run(trainer, 1);
            Spoil(trainer);
            var error = Assert.Throws<LabException>(trainer.Save);
            Assert.Contains("the state after update 5, from before, is kept", error.Message);
            Assert.Contains($"lab teacher export --run {folder.Path} --out MODEL", error.Message);
        }

        using var resumed = Trainer();
        Assert.Equal(5, resumed.Update);
        Run(resumed, 7);
        resumed.Save();

        static void Spoil(TeacherTrainer trainer)
        {
            using var withoutGradient = no_grad();
            trainer.Model.NamedTensors()["model.encoder.conv1.weight"].fill_(float.NaN);
        }
    }

    [Fact]
    public void Tensors_do_not_accumulate()
    {
        using var folder = new TemporaryFolder();
        // Behind the last update and its saving the other thread has nothing ready any more, so that the count is exact.
        Assert.Equal(Left(20), Left(120));

        long Left(int updates)
        {
            var settings = SmallTeacher.Settings with { Updates = updates, CtcUpdates = updates / 4 };
            var examples = SmallTeacher.Examples();
            var before = LiveTensors.Settled();
            using var trainer = new TeacherTrainer(settings, SmallTeacher.Tokenizer, examples, folder.File($"state-{updates}"));
            LiveTensors.Settled(); // what making the model leaves to the garbage collector
            Run(trainer, updates);
            trainer.Save();
            return Tensor.TotalCount - before;
        }
    }

    private static List<TeacherTrainer.Step> Run(TeacherTrainer trainer, int updates) =>
        [.. Enumerable.Range(0, updates).Select(_ => trainer.Next())];
}
