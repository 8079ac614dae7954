using DistilWhisperLab.Models;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Models;

public class OpenAiFileTests
{
    private static readonly WhisperConfig Config = Tiny.Config(encoderLayers: 3, decoderLayers: 1) with { EncoderFeedForward = 64, DecoderFeedForward = 64 };

    [Fact]
    public void It_is_the_model_that_was_saved_under_other_names()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = new WhisperModel(Config);
        var path = folder.Write("small.pt", PtBuilder.Build(model));
        using var loaded = Checkpoint.Load(path);
        Assert.Equal(Config, loaded.Config with { Other = Config.Other });
        var tensors = loaded.NamedTensors();
        Assert.All(model.NamedTensors(), t => Assert.True(t.Value.half().@float().eq(tensors[t.Key]).all().item<bool>(), t.Key));

        using var encoder = Checkpoint.LoadEncoder(path);
        var mel = randn(1, 8, 40);
        Assert.True(encoder.forward(mel).eq(loaded.Encoder.forward(mel)).all().item<bool>());
    }

    [Fact]
    public void A_missing_a_misshapen_and_a_superfluous_tensor_are_named()
    {
        using var folder = new TemporaryFolder();
        using var model = new WhisperModel(Config);
        Assert.Contains("lacks tensor model.encoder.layers.3.", Failure(folder, PtBuilder.Build(model, dims => dims["n_audio_layer"] = 4)));
        Assert.Contains("holds tensor model.encoder.layers.2.", Failure(folder, PtBuilder.Build(model, dims => dims["n_audio_layer"] = 2)));
        Assert.Contains("has shape [40, 16], its configuration asks for [41, 16]", Failure(folder, PtBuilder.Build(model, dims => dims["n_vocab"] = 41)));
    }

    [Fact]
    public void Dimensions_and_classes_that_no_Whisper_has_are_refused()
    {
        using var folder = new TemporaryFolder();
        using var model = new WhisperModel(Config);
        Assert.Contains("its dims lack n_mels", Failure(folder, PtBuilder.Build(model, dims => dims.Remove("n_mels"))));
        Assert.Contains("different widths", Failure(folder, PtBuilder.Build(model, dims => dims["n_text_state"] = 32)));
        Assert.Contains("expected between 1 and", Failure(folder, PtBuilder.Build(model, dims => dims["n_mels"] = -1)));
        Assert.Contains("holds a LongStorage", Failure(folder, new PtBuilder { StorageClass = "LongStorage" }.Write(Config, model.NamedTensors())));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a zip")]
    [InlineData("PK\u0003\u0004 nor this")]
    public void Another_file_is_refused_with_what_was_expected(string content)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("is neither a model directory nor a .pt file", Failure(folder, System.Text.Encoding.UTF8.GetBytes(content)));
    }

    [Fact]
    public void A_turned_tensor_is_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var bytes = new PtBuilder().Write(Config, new Dictionary<string, Tensor> { ["encoder.conv1.weight"] = zeros(3, 8, 16).permute(2, 1, 0) });
        using var stored = StoredWeights.Open(folder.Write("a.pt", bytes));
        var target = zeros(16, 8, 3);
        Assert.Contains("not stored row by row", Assert.Throws<CheckpointException>(() => stored.ReadInto("model.encoder.conv1.weight", target)).Message);
    }

    private static string Failure(TemporaryFolder folder, byte[] file)
    {
        var message = Assert.Throws<CheckpointException>(() => Checkpoint.Load(folder.Write("model.pt", file))).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
