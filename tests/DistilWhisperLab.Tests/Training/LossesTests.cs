using System.Text.Json;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Models;
using DistilWhisperLab.Training;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Training;

public class LossesTests
{
    private static readonly float[,] StudentLogits = { { 1, 2, 3 }, { 0, 0, 0 } };
    private static readonly float[,] TeacherLogits = { { 3, 2, 1 }, { 1, 0, 0 } };

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    public void Cross_entropy_is_the_mean_negative_log_probability_of_the_targets(double smoothing)
    {
        // softmax(1, 2, 3)[2] = e³ / (e + e² + e³); softmax(0, 0, 0) = 1/3 everywhere.
        var log = Math.Log(Math.E + Math.Exp(2) + Math.Exp(3));
        var hard = (log - 3 + Math.Log(3)) / 2;
        var uniform = (log - 2 + Math.Log(3)) / 2;
        using var scope = NewDisposeScope();
        var actual = Losses.CrossEntropy(tensor(StudentLogits), tensor(new[] { 2L, 0 }), smoothing).item<float>();
        Assert.Equal((1 - smoothing) * hard + smoothing * uniform, actual, 5);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(2.0)]
    [InlineData(4.0)]
    public void Kl_divergence_is_that_of_the_softened_distributions_times_the_temperature_squared(double temperature)
    {
        double expected = 0;
        for (var position = 0; position < 2; position++)
        {
            var (p, q) = (Softmax(TeacherLogits, position, temperature), Softmax(StudentLogits, position, temperature));
            expected += p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum() / 2;
        }

        using var scope = NewDisposeScope();
        var kl = Losses.KlDivergence(tensor(StudentLogits), tensor(TeacherLogits), temperature);
        Assert.Equal(expected * temperature * temperature, kl.item<float>(), 4);
        Assert.Equal(0, Losses.KlDivergence(tensor(StudentLogits), tensor(StudentLogits), temperature).item<float>(), 6);
    }

    [Fact]
    public void Hidden_states_are_compared_with_the_matched_layers_of_the_teacher()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([15, 31], Losses.MatchedLayers(32, 2));
        Assert.Equal([0, 2, 4], Losses.MatchedLayers(5, 3));
        var teacher = Enumerable.Range(0, 4).Select(layer => full(2, 3, (float)layer)).ToList();
        // Matched with layers 1 and 3: (1 − 0)² + (3 − 1)².
        Assert.Equal(5, Losses.HiddenStates([zeros(2, 3), ones(2, 3)], teacher).item<float>());
    }

    [Theory]
    [InlineData("ce")]
    [InlineData("smooth")]
    [InlineData("kl")]
    [InlineData("mse")]
    public void Gradients_are_the_differences_of_the_loss(string term)
    {
        using var scope = NewDisposeScope();
        var generator = new Random(1);
        var start = tensor(Enumerable.Range(0, 12).Select(_ => generator.NextDouble() * 4 - 2).ToArray()).view(3, 4);
        var teacher = tensor(Enumerable.Range(0, 12).Select(_ => generator.NextDouble() * 4 - 2).ToArray()).view(3, 4);
        var targets = tensor(new[] { 3L, 0, 1 });
        Tensor Loss(Tensor x) => term switch
        {
            "ce" => Losses.CrossEntropy(x, targets),
            "smooth" => Losses.CrossEntropy(x, targets, 0.2),
            "kl" => Losses.KlDivergence(x, teacher, 2),
            _ => Losses.HiddenStates([x], [teacher, teacher * 2]),
        };

        var parameter = start.clone().requires_grad_();
        Loss(parameter).backward();
        const double step = 1e-5;
        for (var i = 0; i < 12; i++)
        {
            Tensor At(double shift)
            {
                var moved = start.clone();
                moved.view(-1)[i] += shift;
                return Loss(moved);
            }

            var difference = (At(step).item<double>() - At(-step).item<double>()) / (2 * step);
            Assert.Equal(difference, parameter.grad!.view(-1)[i].item<double>(), 1e-7);
        }
    }

    [Fact]
    public void Padding_changes_no_loss_and_gets_no_gradient()
    {
        using var scope = NewDisposeScope();
        using var model = new WhisperModel(Tiny.Config());
        var states = randn(2, 20, 16);
        double Loss(IReadOnlyList<int> longest, int rows)
        {
            int[][] sequences = [[30, 1, 2, 39], [30, 3, 4, 5, 6, 7, 39], [.. longest]];
            using var tokens = new TokenBatch([.. sequences.Take(rows)], 39, prompts: rows == 2 ? null : [0, 0, longest.Count - 1]);
            var hidden = model.Decoder.forward(tokens.Inputs, rows == 2 ? states : cat([states, states.narrow(0, 0, 1)]));
            return Losses.CrossEntropy(model.Decoder.Logits(tokens.AtTargets(hidden)), tokens.Targets).item<float>();
        }

        // A third row without a single target pads the others to twenty.
        Assert.Equal(Loss([], 2), Loss([.. Enumerable.Repeat(8, 20)], 3), 1e-5);

        using var batch = new TokenBatch([[30, 1, 39], [30, 3, 4, 39]], 39);
        var hidden = randn(2, 3, 16).requires_grad_();
        Losses.CrossEntropy(model.Decoder.Logits(batch.AtTargets(hidden)), batch.Targets).backward();
        Assert.Equal(0, hidden.grad![0, 2].abs().sum().item<float>());
        Assert.NotEqual(0, hidden.grad[1, 2].abs().sum().item<float>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Losses_gradient_norm_and_updates_of_real_models_are_the_references(int index)
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Fixtures.File("golden", "losses.json")));
        var expected = golden.RootElement[index];
        var name = expected.GetProperty("teacher").GetString()!;
        var directory = name == "whisper-tiny.en" ? Fixtures.TinyEnglish : Fixtures.File(name);
        var tokenizer = Fixtures.Tokenizer(name == "whisper-tiny.en" ? "whisper-tiny.en-without-token-embedding" : name);
        using var teacher = Checkpoint.Load(directory);
        using var student = Student.FromTeacher(teacher, Fixtures.Ids(expected.GetProperty("student_decoder_layers")));
        IReadOnlyList<int>[] sequences = [.. expected.GetProperty("sequences").EnumerateArray().Select(Fixtures.Ids)];

        using var scope = NewDisposeScope();
        using var logMel = new LogMelSpectrogram();
        var mels = expected.GetProperty("files").EnumerateArray().Select(f =>
            logMel.Compute(AudioFile.Load(Fixtures.File("speech", f.GetString()!)).Samples, teacher.Config.WindowSamples));
        using var tokens = new TokenBatch(sequences, tokenizer.EndOfText);
        Tensor states, teacherLogits;
        using (no_grad())
        {
            states = teacher.Encoder.forward(stack(mels.ToList()));
            teacherLogits = teacher.Decoder.Logits(tokens.AtTargets(teacher.Decoder.forward(tokens.Inputs, states)));
        }

        using var optimiser = new AdamW(student.named_parameters());
        Assert.Equal(expected.GetProperty("positions").GetInt32(), tokens.Count);
        foreach (var update in expected.GetProperty("adamw_lr1e-4_wd0_clip1_no_warmup").EnumerateArray().Take(8))
        {
            using var step = NewDisposeScope();
            var logits = student.Decoder.Logits(tokens.AtTargets(student.Decoder.forward(tokens.Inputs, states)));
            var crossEntropy = Losses.CrossEntropy(logits, tokens.Targets);
            var kl = Losses.KlDivergence(logits, teacherLogits, 2);
            var total = crossEntropy + 0.8 * kl;
            if (optimiser.Updates == 0)
            {
                Close(expected, "kl_T1", Losses.KlDivergence(logits, teacherLogits, 1));
                Close(expected, "kl_T4", Losses.KlDivergence(logits, teacherLogits, 4));
                Close(expected, "script_total", 0.8 * crossEntropy + kl);
            }

            Close(update, "ce", crossEntropy);
            Close(update, "kl", kl);
            Close(update, "total", total);
            optimiser.ZeroGradients();
            total.backward();
            Near(update, "gradient_norm", optimiser.ClipGradients(1));
            optimiser.Step(1e-4);
        }

        static void Close(JsonElement of, string key, Tensor actual) => Near(of, key, actual.item<float>());

        static void Near(JsonElement of, string key, double actual)
        {
            var value = of.GetProperty(key).GetDouble();
            Assert.True(Math.Abs(actual - value) < 1e-3 * Math.Abs(value) + 1e-6, $"{key}: {actual}, expected {value}");
        }
    }

    private static double[] Softmax(float[,] logits, int position, double temperature)
    {
        var powers = Enumerable.Range(0, 3).Select(i => Math.Exp(logits[position, i] / temperature)).ToArray();
        return [.. powers.Select(p => p / powers.Sum())];
    }
}
