using DistilWhisperLab.Distillation;
using DistilWhisperLab.Models;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Distillation;

public class StudentTests
{
    [Theory]
    [InlineData(32, 2, "0,31")]
    [InlineData(32, 4, "0,10,20,31")]
    [InlineData(24, 2, "0,23")]
    [InlineData(12, 4, "0,3,7,11")]
    [InlineData(32, 16, "0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,31")]
    [InlineData(4, 2, "0,3")]
    [InlineData(5, 3, "0,2,4")]
    [InlineData(6, 1, "5")]
    [InlineData(3, 3, "0,1,2")]
    public void Layers_are_maximally_spaced_as_the_authors_choose_them(int teacher, int student, string expected) =>
        Assert.Equal(expected, string.Join(',', LayerSelection.MaximallySpaced(teacher, student)));

    [Theory]
    [InlineData(4, 0)]
    [InlineData(4, 5)]
    public void An_impossible_number_of_layers_is_refused(int teacher, int student) =>
        Assert.Throws<LabException>(() => LayerSelection.MaximallySpaced(teacher, student));

    [Fact]
    public void A_student_of_all_layers_writes_what_its_teacher_writes()
    {
        using var scope = NewDisposeScope();
        using var teacher = new WhisperModel(Tiny.Config(decoderLayers: 3));
        using var student = Student.FromTeacher(teacher, [0, 1, 2]);
        var (mel, tokens) = (randn(2, 8, 40), randint(40, [2, 5], dtype: ScalarType.Int64));
        Assert.True(teacher.forward(mel, tokens).eq(student.forward(mel, tokens)).all().item<bool>());
    }

    [Fact]
    public void A_student_has_the_chosen_layers_and_everything_else_whole()
    {
        using var teacher = new WhisperModel(Tiny.Config(decoderLayers: 3));
        using var student = Student.FromTeacher(teacher, [0, 2]);
        var tensors = teacher.NamedTensors();
        Assert.All(student.NamedTensors(), t => Assert.True(
            t.Value.eq(tensors[t.Key.Replace("decoder.layers.1.", "decoder.layers.2.")]).all().item<bool>(), t.Key));
        Assert.All(student.Encoder.parameters(), p => Assert.False(p.requires_grad));
        Assert.All(student.Decoder.parameters(), p => Assert.True(p.requires_grad));
        Assert.All(teacher.Decoder.parameters(), p => Assert.True(p.requires_grad));
    }

    [Fact]
    public void A_random_student_shares_the_encoder_only()
    {
        using var teacher = new WhisperModel(Tiny.Config());
        using var student = Student.WithRandomDecoder(teacher, 1);
        var (t, s) = (teacher.NamedTensors(), student.NamedTensors());
        Assert.True(s["model.encoder.conv1.weight"].eq(t["model.encoder.conv1.weight"]).all().item<bool>());
        Assert.False(s["model.decoder.embed_tokens.weight"].eq(t["model.decoder.embed_tokens.weight"]).any().item<bool>());
    }
}
