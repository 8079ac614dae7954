using DistilWhisperLab.Models;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Models;

public class CheckpointTests
{
    [Fact]
    public void Shapes_derived_from_the_configuration_are_those_of_the_module()
    {
        var config = Tiny.Config(encoderLayers: 3, decoderLayers: 1);
        using var model = new WhisperModel(config);
        var shapes = TensorShapes.Of(config);
        Assert.Equal(shapes.Keys.Order(), model.NamedTensors().Keys.Order());
        Assert.All(model.NamedTensors(), t => Assert.Equal(shapes[t.Key], t.Value.shape));
        Assert.Equal(config.Parameters, model.NamedTensors().Values.Sum(t => t.numel()));
    }

    [Fact]
    public void Saving_and_loading_keeps_every_bit()
    {
        using var folder = new Tiny.Folder();
        using var model = new WhisperModel(Tiny.Config());
        Checkpoint.Save(model, folder.Path);
        using var loaded = Checkpoint.Load(folder.Path);
        var tensors = loaded.NamedTensors();
        Assert.All(model.NamedTensors(), t => Assert.True(t.Value.eq(tensors[t.Key]).all().item<bool>(), t.Key));
    }

    [Fact]
    public void A_missing_tensor_is_named_with_its_shape()
    {
        var folder = Fixtures.File("whisper-tiny.en-without-token-embedding");
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Load(folder));
        Assert.Contains("model.decoder.embed_tokens.weight", error.Message);
        Assert.Contains("[51864, 384]", error.Message);
    }

    [Fact]
    public void A_misshapen_and_a_superfluous_tensor_are_named()
    {
        using var folder = new Tiny.Folder();
        using (var model = new WhisperModel(Tiny.Config()))
        {
            Checkpoint.Save(model, folder.Path);
        }

        (Tiny.Config() with { MaxTargetPositions = 25 }).Save(folder.File("config.json"));
        var misshapen = Assert.Throws<CheckpointException>(() => Checkpoint.Load(folder.Path));
        Assert.Contains("[24, 16]", misshapen.Message);
        Assert.Contains("[25, 16]", misshapen.Message);

        Tiny.Config(decoderLayers: 1).Save(folder.File("config.json"));
        var superfluous = Assert.Throws<CheckpointException>(() => Checkpoint.Load(folder.Path));
        Assert.Contains("model.decoder.layers.1.", superfluous.Message);
    }

    [Fact]
    public void A_truncated_file_gives_one_sentence_at_every_length()
    {
        using var folder = new Tiny.Folder();
        using (var model = new WhisperModel(Tiny.Config()))
        {
            Checkpoint.Save(model, folder.Path);
        }

        var whole = File.ReadAllBytes(folder.File(Checkpoint.WeightsFile));
        foreach (var length in (int[])[0, 1, 7, 8, 9, 100, whole.Length / 2, whole.Length - 1])
        {
            File.WriteAllBytes(folder.File(Checkpoint.WeightsFile), whole[..length]);
            var error = Assert.Throws<CheckpointException>(() => Checkpoint.Load(folder.Path));
            Assert.Contains(Checkpoint.WeightsFile, error.Message);
        }
    }

    [Fact]
    public void The_real_encoder_and_decoder_give_the_reference_states_and_logits()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        foreach (var (directory, golden) in new[]
        {
            (Fixtures.TinyEnglish, "states-1272-whisper-tiny.en.safetensors"),
            (Fixtures.File("whisper-base"), "states-1272-whisper-base.safetensors"),
        })
        {
            using var model = Checkpoint.Load(directory);
            using var expected = SafetensorsFile.Open(Fixtures.File("golden", golden));
            var clip = DistilWhisperLab.Audio.AudioFile.Load(Fixtures.File("speech", "librispeech__1272-128104-0000.wav"));
            var mel = new DistilWhisperLab.Audio.LogMelSpectrogram().Compute(clip.Samples, model.Config.WindowSamples);
            var states = model.Encoder.forward(mel.unsqueeze(0));
            var every10th = states[0].index_select(0, arange(0, 1500, 10));
            Close(expected.Read("encoder_states_every_10th_frame"), every10th, 2e-3);

            var ids = expected.Read("input_ids").view(1, -1);
            var hidden = model.Decoder.forward(ids, states);
            Close(expected.Read("decoder_states"), hidden[0], 5e-3);
            var at = expected.Read("logits_positions").to(ScalarType.Int64).view(-1);
            Close(expected.Read("logits"), model.Decoder.Logits(hidden[0].index_select(0, at)), 5e-3);
        }
    }

    private static void Close(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        var difference = (expected.to(ScalarType.Float32) - actual).abs().max().item<float>();
        Assert.True(difference < tolerance, $"largest difference {difference}");
    }
}
