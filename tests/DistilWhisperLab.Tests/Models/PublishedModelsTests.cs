using DistilWhisperLab.Models;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Models;

public class PublishedModelsTests
{
    // Elements in the published safetensors files, tied tensors once, as the hub's totals are quoted in public
    // repositories. tiny.en and base were counted in the real files themselves; distil-large-v2 and v3.5 follow from
    // the dimensions and agree with the 756 M of their cards.
    public static TheoryData<string, long> Counts => new()
    {
        { "openai/whisper-tiny.en", 37_760_256 },
        { "openai/whisper-tiny", 37_760_640 },
        { "openai/whisper-base.en", 72_593_408 },
        { "openai/whisper-base", 72_593_920 },
        { "openai/whisper-small.en", 241_734_144 },
        { "openai/whisper-small", 241_734_912 },
        { "openai/whisper-medium.en", 763_856_896 },
        { "openai/whisper-medium", 763_857_920 },
        { "openai/whisper-large", 1_543_304_960 },
        { "openai/whisper-large-v2", 1_543_304_960 },
        { "openai/whisper-large-v3", 1_543_490_560 },
        { "openai/whisper-large-v3-turbo", 808_878_080 },
        { "distil-whisper/distil-small.en", 166_132_224 },
        { "distil-whisper/distil-medium.en", 394_375_168 },
        { "distil-whisper/distil-large-v2", 756_220_160 },
        { "distil-whisper/distil-large-v3", 756_405_760 },
        { "distil-whisper/distil-large-v3.5", 756_405_760 },
    };

    [Fact]
    public void Every_published_model_has_its_count_here() =>
        Assert.Equal(PublishedModels.All.Keys.Order(), Counts.Select(row => row.Data.Item1).Order());

    [Theory]
    [MemberData(nameof(Counts))]
    public void Shapes_and_counts_are_those_of_the_published_files(string name, long parameters)
    {
        using var scope = NewDisposeScope();
        var config = PublishedModels.All[name];
        var shapes = TensorShapes.Of(config);
        using var model = new WhisperModel(config, META); // shapes without memory: large would take 6 GB
        var tensors = model.NamedTensors();
        Assert.Equal(shapes.Keys.Order(), tensors.Keys.Order());
        Assert.All(tensors, t => Assert.Equal(shapes[t.Key], t.Value.shape));
        Assert.Equal(parameters, tensors.Values.Sum(t => t.numel()));
        Assert.Equal(parameters, config.Parameters);
        Assert.Equal(config.EncoderParameters, tensors.Where(t => t.Key.StartsWith("model.encoder.")).Sum(t => t.Value.numel()));
    }

    [Fact]
    public void Shapes_at_the_ends_of_the_largest_model_are_those_of_its_file()
    {
        var shapes = TensorShapes.Of(PublishedModels.All["openai/whisper-large-v3"]);
        Assert.Equal(1259, shapes.Count);
        Assert.Equal([1280, 128, 3], shapes["model.encoder.conv1.weight"]);
        Assert.Equal([1500, 1280], shapes["model.encoder.embed_positions.weight"]);
        Assert.Equal([51866, 1280], shapes["model.decoder.embed_tokens.weight"]);
        Assert.Equal([448, 1280], shapes["model.decoder.embed_positions.weight"]);
        Assert.Equal([5120, 1280], shapes["model.decoder.layers.31.fc1.weight"]);
        Assert.Equal([1280], shapes["model.decoder.layers.31.encoder_attn.out_proj.bias"]);
        Assert.DoesNotContain("model.decoder.layers.31.encoder_attn.k_proj.bias", shapes.Keys);
    }

    [Theory]
    [InlineData("whisper-base", "openai/whisper-base", 245)]
    [InlineData("whisper-tiny.en-without-token-embedding", "openai/whisper-tiny.en", 167)]
    public void The_published_configurations_are_the_real_files(string directory, string name, int tensors)
    {
        var real = WhisperConfig.Load(Fixtures.File(directory, "config.json"));
        var known = PublishedModels.All[name];
        Assert.Equal(known with { Other = real.Other }, real);
        Assert.Equal(tensors, TensorShapes.Of(real).Count);
    }

    [Fact]
    public void The_configuration_of_tiny_reads_as_published() =>
        Assert.Equal(37_760_640, WhisperConfig.Load(Fixtures.File("reference", "whisper-tiny.config.json")).Parameters);
}
