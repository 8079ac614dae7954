using System.Text.Json;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Cli;
using DistilWhisperLab.Models;
using DistilWhisperLab.Tests.Audio;
using DistilWhisperLab.Tests.Models;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Cli;

public sealed class ModelCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Info_of_the_real_base_is_what_its_card_says()
    {
        using var json = JsonDocument.Parse(Run("model", "info", Fixtures.File("whisper-base"), "--json"));
        var info = json.RootElement;
        Assert.Equal(72_593_920, info.GetProperty("parameters").GetInt64());
        Assert.Equal(20_590_592, info.GetProperty("encoder").GetProperty("parameters").GetInt64());
        Assert.Equal((6, 6), (info.GetProperty("encoder").GetProperty("layers").GetInt32(), info.GetProperty("decoder").GetProperty("layers").GetInt32()));
        Assert.Equal((51865, 80, 30.0), (info.GetProperty("vocabulary").GetInt32(), info.GetProperty("mels").GetInt32(), info.GetProperty("window_seconds").GetDouble()));
        Assert.Equal("float16", info.GetProperty("dtype").GetString());
        Assert.Equal(72_593_920, info.GetProperty("parts").EnumerateObject().Sum(part => part.Value.GetInt64()));

        Assert.Contains("72,593,920", Run("model", "info", Fixtures.File("whisper-base")));
    }

    [Theory]
    [InlineData("whisper-base")]
    [InlineData("whisper-tiny.en-without-token-embedding")] // its decoder is not whole, and need not be
    public void Encoder_states_are_the_references(string model)
    {
        var output = _folder.File("states.safetensors");
        Run("encode", Fixtures.File("speech", "librispeech__1272-128104-0000.wav"), "--model", Fixtures.File(model), "--out", output, "--device", "cpu");
        using var scope = NewDisposeScope();
        using var written = SafetensorsFile.Open(output);
        using var golden = SafetensorsFile.Open(Fixtures.File("golden", $"states-1272-{model.Replace("-without-token-embedding", "")}.safetensors"));
        Assert.Equal(["encoder_states"], written.Entries.Keys);
        var states = written.Read("encoder_states");
        var expected = golden.Read("encoder_states_every_10th_frame");
        Assert.Equal(ScalarType.Float32, states.dtype);
        Assert.Equal([1500, expected.shape[1]], states.shape);
        var difference = (states.index_select(0, arange(0, 1500, 10)) - expected).abs().max().item<float>();
        Assert.InRange(difference, 0, 2e-3f);
    }

    [Fact]
    public void The_window_is_the_models()
    {
        using var model = new WhisperModel(Tiny.Config());
        Checkpoint.Save(model, _folder.File("model"));
        AudioFile.SaveWav(_folder.File("speech.wav"), new AudioClip(Signal.Babble(16000, 2), 16000));
        Run("encode", _folder.File("speech.wav"), "--model", _folder.File("model"), "--out", _folder.File("states.safetensors"));
        using var written = SafetensorsFile.Open(_folder.File("states.safetensors"));
        Assert.Equal([20, 16], written.Entries["encoder_states"].Shape);
    }

    [Fact]
    public async Task What_cannot_be_encoded_ends_with_an_error()
    {
        var output = _folder.File("states.safetensors");
        Assert.Equal(1, await Program.Main(["encode", _folder.Path, "--model", _folder.File("none"), "--out", output]));
        using var model = new WhisperModel(Tiny.Config());
        Checkpoint.Save(model, _folder.File("model"));
        Assert.Equal(1, await Program.Main(["encode", _folder.Write("a.wav", "text"), "--model", _folder.File("model"), "--out", output]));
        Assert.Equal(1, await Program.Main(["encode", _folder.File("a.wav"), "--model", _folder.File("model"), "--out", output, "--device", "tpu"]));
        Assert.Equal(1, await Program.Main(["model", "info", _folder.File("none")]));
        Assert.Equal(2, await Program.Main(["model"]));
        Assert.False(File.Exists(output));
    }

    [Fact]
    public void An_OpenAI_file_becomes_a_directory_with_the_tokenizer_of_another_model()
    {
        using var scope = NewDisposeScope();
        var tokenizer = WhisperTokenizer.Train(["a b c"], pieces: 258, windowSeconds: 0.4);
        tokenizer.Save(_folder.File("other"));
        using var model = new WhisperModel(Tiny.Config(vocabulary: tokenizer.VocabularySize) with { EncoderFeedForward = 64, DecoderFeedForward = 64 });
        var source = _folder.Write("small.pt", PtBuilder.Build(model));
        Run("model", "convert", source, "--tokenizer", _folder.File("other"), "--out", _folder.File("out"));
        Assert.Equal([ScalarType.Float16], ModelAnatomy.Read(_folder.File("out")).StoredTypes);
        Assert.Equal(tokenizer.VocabularySize, WhisperTokenizer.Load(_folder.File("out")).VocabularySize);
        using var loaded = Checkpoint.Load(_folder.File("out"));
        Assert.True(loaded.Decoder.TokenEmbedding.eq(model.Decoder.TokenEmbedding.half().@float()).all().item<bool>());
        Assert.Equal("whisper", loaded.Config.Other["model_type"].GetString());

        WhisperTokenizer.Train(["a b c d"], pieces: 259, windowSeconds: 0.4).Save(_folder.File("third"));
        var error = Assert.Throws<LabException>(() => Run("model", "convert", source, "--tokenizer", _folder.File("third"), "--out", _folder.File("out")));
        Assert.Contains("give the tokenizer of a model with the latter", error.Message);
    }

    [Fact]
    public void A_student_is_some_of_its_teachers_layers()
    {
        using var scope = NewDisposeScope();
        var tokenizer = WhisperTokenizer.Train(["a b c"], pieces: 258, windowSeconds: 0.4);
        using var teacher = new WhisperModel(Tiny.Config(vocabulary: tokenizer.VocabularySize) with { EncoderLayers = 2, DecoderLayers = 4 });
        tokenizer.Save(_folder.File("teacher"));
        CompanionFiles.Write(_folder.File("teacher"), teacher.Config, tokenizer);
        Checkpoint.Save(teacher, _folder.File("teacher"));
        var printed = Run("model", "student", "--teacher", _folder.File("teacher"), "--decoder-layers", "2", "--encoder-initialisation", "1", "--out", _folder.File("student"));

        Assert.Contains("0 ← 0, 1 ← 3 of 4", printed);
        Assert.Contains("0 ← 1 of 2", printed);
        Assert.Contains("| decoder | 0 ← 0, 1 ← 3 of 4 |", File.ReadAllText(_folder.File("student/README.md")));
        using var student = Checkpoint.Load(_folder.File("student"));
        var (expected, actual) = (teacher.NamedTensors(), student.NamedTensors());
        foreach (var (from, to) in new[] { ("decoder.layers.3.fc1.weight", "decoder.layers.1.fc1.weight"), ("encoder.layers.1.fc1.weight", "encoder.layers.0.fc1.weight") })
        {
            Assert.True(actual["model." + to].eq(expected["model." + from]).all().item<bool>());
        }

        var error = Assert.Throws<LabException>(() => Run("model", "student", "--teacher", _folder.File("teacher"), "--decoder-layers", "5", "--out", _folder.File("more")));
        Assert.Contains("choose 1 to 4", error.Message);
        error = Assert.Throws<LabException>(() => Run("model", "student", "--teacher", _folder.File("teacher"), "--decoder-layers", "2", "--out", _folder.File("teacher")));
        Assert.Contains("the teacher's own directory", error.Message);
        Assert.False(Directory.Exists(_folder.File("more")));
    }

    private static string Run(params string[] arguments)
    {
        var output = new StringWriter();
        Assert.Equal(0, Program.Root().Parse(arguments).Invoke(new() { Output = output, EnableDefaultExceptionHandler = false }));
        return output.ToString();
    }
}
