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
    [InlineData("first", 12, 4, "0 ← 0, 1 ← 1, 2 ← 2, 3 ← 3 of 12")]
    [InlineData("last", 12, 4, "0 ← 8, 1 ← 9, 2 ← 10, 3 ← 11 of 12")]
    [InlineData("even", 12, 4, "0 ← 2, 1 ← 5, 2 ← 8, 3 ← 11 of 12")]
    [InlineData("even", 5, 2, "0 ← 1, 1 ← 4 of 5")]
    [InlineData("spaced", 7, 4, "0 ← 0, 1 ← 2, 2 ← 4, 3 ← 6 of 7")]
    [InlineData("0, 3", 4, 2, "0 ← 0, 1 ← 3 of 4")]
    [InlineData("random", 4, 2, "0 ← random, 1 ← random of 4")]
    public void A_rule_is_read_from_text_and_its_mapping_printed(string rule, int teacher, int student, string expected) =>
        Assert.Equal(expected, LayerSelection.Parse(rule).Choose(teacher, student).ToString());

    [Theory]
    [InlineData("0,4", "no layer 4")]
    [InlineData("0,1,2", "3 layers are listed")]
    [InlineData("middle", "names no layers")]
    [InlineData("-1", "names no layers")]
    [InlineData("Listed", "names no layers")]
    [InlineData("first,last", "names no layers")]
    [InlineData("+1", "names no layers")]
    public void A_rule_that_cannot_be_followed_is_refused(string rule, string message) =>
        Assert.Contains(message, Assert.Throws<LabException>(() => LayerSelection.Parse(rule).Choose(4, 2)).Message);

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
    public void Encoder_layers_are_chosen_like_the_decoders_and_parts_frozen_as_asked()
    {
        using var teacher = new WhisperModel(Tiny.Config(encoderLayers: 3, decoderLayers: 3));
        var random = new LayerSelection(LayerRule.Random).Choose(3, 1);
        using var student = Student.FromTeacher(
            teacher, random, LayerSelection.Parse("last").Choose(3, 1), FrozenParts.TokenEmbedding | FrozenParts.Positions);
        var (t, s) = (teacher.NamedTensors(), student.NamedTensors());
        const string query = "self_attn.q_proj.weight";
        Assert.True(s[$"model.encoder.layers.0.{query}"].eq(t[$"model.encoder.layers.2.{query}"]).all().item<bool>());
        Assert.All(Enumerable.Range(0, 3), layer =>
            Assert.False(s[$"model.decoder.layers.0.{query}"].eq(t[$"model.decoder.layers.{layer}.{query}"]).any().item<bool>()));
        Assert.Equal(
            ["decoder.embed_positions.weight", "decoder.embed_tokens.weight", "encoder.embed_positions.weight"],
            student.named_parameters().Where(p => !p.parameter.requires_grad).Select(p => p.name).Order(StringComparer.Ordinal));
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
