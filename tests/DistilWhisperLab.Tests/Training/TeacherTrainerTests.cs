using DistilWhisperLab.Text;
using DistilWhisperLab.Training;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Training;

public class TeacherTrainerTests
{
    private static readonly WhisperTokenizer Tokenizer =
        WhisperTokenizer.Train(["one two three", "two three four"], pieces: 260, windowSeconds: 0.4);

    private static readonly TeacherSettings Settings = new()
    {
        Pieces = 260,
        WindowSeconds = 0.4,
        Width = 16,
        EncoderLayers = 1,
        DecoderLayers = 1,
        Heads = 2,
        Updates = 12,
        CtcUpdates = 4,
        CtcBatch = 4,
        Batch = 4,
        Warmup = 2,
    };

    [Fact]
    public void A_stopped_run_goes_on_to_the_same_weights_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        var examples = Examples();
        using var whole = new TeacherTrainer(Settings, Tokenizer, examples, folder.File("whole"));
        Run(whole, 12);
        using (var stopped = new TeacherTrainer(Settings, Tokenizer, examples, folder.File("stopped")))
        {
            Run(stopped, 7);
            stopped.Save();
        }

        using var resumed = new TeacherTrainer(Settings, Tokenizer, examples, folder.File("stopped"));
        Assert.Equal(7, resumed.Update);
        Run(resumed, 5);
        var tensors = resumed.Model.NamedTensors();
        Assert.All(whole.Model.NamedTensors(), t => Assert.True(t.Value.eq(tensors[t.Key]).all().item<bool>(), t.Key));
    }

    [Fact]
    public void A_state_of_other_settings_is_refused()
    {
        using var folder = new TemporaryFolder();
        using (var first = new TeacherTrainer(Settings, Tokenizer, Examples(), folder.File("state")))
        {
            first.Save();
        }

        var error = Assert.Throws<LabException>(() =>
            new TeacherTrainer(Settings with { Seed = 2 }, Tokenizer, Examples(), folder.File("state")));
        Assert.Contains("other settings", error.Message);
    }

    [Fact]
    public void Tensors_do_not_accumulate()
    {
        using var folder = new TemporaryFolder();
        using var trainer = new TeacherTrainer(Settings with { Updates = 400, CtcUpdates = 100 }, Tokenizer, Examples(), folder.File("state"));
        Run(trainer, 120);
        var before = LiveTensors.Settled();
        Run(trainer, 200);
        Assert.Equal(before, Tensor.TotalCount);
    }

    private static void Run(TeacherTrainer trainer, int updates)
    {
        for (var i = 0; i < updates; i++)
        {
            trainer.Next();
        }
    }

    /// <summary>Tones of unequal length: what is learned does not matter here.</summary>
    private static List<SpeechExample> Examples() =>
        [.. Enumerable.Range(0, 12).Select(i => SpeechExample.From(
            [.. Enumerable.Range(0, 4000 + 150 * i).Select(t => 0.3f * MathF.Sin(t * (i + 1) * 0.01f))],
            Tokenizer.Encode(i % 2 == 0 ? "one two" : "four")))];
}
