using System.Text.Json;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Models;
using DistilWhisperLab.Training;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Training;

public class LossesTests
{
    private static readonly float[,,] StudentLogits = { { { 1, 2, 3 }, { 0, 0, 0 }, { 5, -5, 1 } } };
    private static readonly float[,,] TeacherLogits = { { { 3, 2, 1 }, { 1, 0, 0 }, { 0, 9, 0 } } };
    private static readonly long[] Labels = [2, 0, TokenBatch.Ignored];

    [Fact]
    public void Cross_entropy_is_the_mean_negative_log_probability_of_the_targets_that_count()
    {
        // softmax(1, 2, 3)[2] = e³ / (e + e² + e³); softmax(0, 0, 0)[0] = 1/3; the third position is padding.
        var expected = (Math.Log(Math.E + Math.Exp(2) + Math.Exp(3)) - 3 + Math.Log(3)) / 2;
        using var scope = NewDisposeScope();
        Assert.Equal(expected, Losses.CrossEntropy(tensor(StudentLogits), tensor(Labels).view(1, 3)).item<float>(), 5);
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
        var kl = Losses.KlDivergence(tensor(StudentLogits), tensor(TeacherLogits), tensor(Labels).view(1, 3), temperature);
        Assert.Equal(expected * temperature * temperature, kl.item<float>(), 4);
    }

    [Fact]
    public void A_student_equal_to_its_teacher_has_no_divergence_and_padding_gets_no_gradient()
    {
        using var scope = NewDisposeScope();
        var student = tensor(StudentLogits).requires_grad_();
        Assert.Equal(0, Losses.KlDivergence(student, tensor(StudentLogits), tensor(Labels).view(1, 3), 2).item<float>(), 6);
        var loss = Losses.KlDivergence(student, tensor(TeacherLogits), tensor(Labels).view(1, 3), 2)
            + Losses.CrossEntropy(student, tensor(Labels).view(1, 3));
        loss.backward();
        Assert.Equal(0, student.grad![0, 2].abs().sum().item<float>());
        Assert.NotEqual(0, student.grad[0, 0].abs().sum().item<float>());
    }

    [Fact]
    public void Losses_and_gradient_norm_of_real_models_are_the_references()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Fixtures.File("golden", "losses.json")));
        var expected = golden.RootElement.EnumerateArray().Single(e => e.GetProperty("teacher").GetString() == "whisper-tiny.en");
        using var teacher = Checkpoint.Load(Fixtures.TinyEnglish);
        var layers = expected.GetProperty("student_decoder_layers").EnumerateArray().Select(l => l.GetInt32()).ToList();
        using var student = Student.FromTeacher(teacher, layers);
        var sequences = expected.GetProperty("sequences").EnumerateArray()
            .Select(s => (IReadOnlyList<int>)[.. s.EnumerateArray().Select(t => t.GetInt32())]).ToList();

        using var scope = NewDisposeScope();
        using var logMel = new LogMelSpectrogram();
        var mels = expected.GetProperty("files").EnumerateArray().Select(f =>
            logMel.Compute(AudioFile.Load(Fixtures.File("speech", f.GetString()!)).Samples, teacher.Config.WindowSamples));
        using var tokens = new TokenBatch(sequences, 50256);
        Tensor states, teacherLogits;
        using (no_grad())
        {
            states = teacher.Encoder.forward(stack(mels.ToList()));
            teacherLogits = teacher.Decoder.Logits(teacher.Decoder.forward(tokens.Inputs, states));
        }

        var logits = student.Decoder.Logits(student.Decoder.forward(tokens.Inputs, states));
        Close("positions", tokens.Targets);
        var crossEntropy = Losses.CrossEntropy(logits, tokens.Labels);
        Close("ce", crossEntropy.item<float>());
        foreach (var temperature in (int[])[1, 2, 4])
        {
            Close($"kl_T{temperature}", Losses.KlDivergence(logits, teacherLogits, tokens.Labels, temperature).item<float>());
        }

        var total = crossEntropy + 0.8 * Losses.KlDivergence(logits, teacherLogits, tokens.Labels, 2);
        Close("paper_total", total.item<float>());
        total.backward();
        using var optimiser = new AdamW(student.named_parameters());
        Close("gradient_norm_paper_total", optimiser.ClipGradients(double.PositiveInfinity));

        void Close(string key, double actual)
        {
            var value = expected.GetProperty(key).GetDouble();
            Assert.True(Math.Abs(actual / value - 1) < 1e-3, $"{key}: {actual}, expected {value}");
        }
    }

    private static double[] Softmax(float[,,] logits, int position, double temperature)
    {
        var powers = Enumerable.Range(0, 3).Select(i => Math.Exp(logits[0, position, i] / temperature)).ToArray();
        return [.. powers.Select(p => p / powers.Sum())];
    }
}
