using DistilWhisperLab.Models;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Models;

public class ModelAnatomyTests
{
    [Fact]
    public void The_parts_of_every_published_model_add_up() =>
        Assert.All(PublishedModels.All.Values, config =>
        {
            var parts = ModelAnatomy.Of(config);
            Assert.Equal(config.Parameters, parts.Sum(part => part.Parameters));
            Assert.Equal(config.EncoderParameters, parts.Where(part => part.Name.StartsWith("encoder ")).Sum(part => part.Parameters));
            Assert.All(parts, part => Assert.True(part.Parameters > 0, part.Name));
        });

    [Fact]
    public void Parts_counted_by_hand()
    {
        var parts = ModelAnatomy.Of(PublishedModels.All["openai/whisper-tiny"]).ToDictionary(part => part.Name, part => part.Parameters);
        Assert.Equal(384 * 80 * 3 + 384 + 384 * 384 * 3 + 384, parts["encoder convolutions"]);
        Assert.Equal(51865 * 384, parts["decoder token embedding"]);
        Assert.Equal(4 * (4 * 384 * 384 + 3 * 384), parts["decoder cross-attention"]);
        Assert.Equal(4 * (8 * 384 * 384 + 5 * 384), parts["encoder feed-forward"]);
        Assert.Equal((4 * 3 + 1) * 2 * 384, parts["decoder norms"]);
    }

    [Fact]
    public void Stored_types_are_read_from_the_headers_and_a_broken_model_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var model = new WhisperModel(Tiny.Config());
        Checkpoint.Save(model, folder.Path, ScalarType.BFloat16);
        Assert.Equal([ScalarType.BFloat16], ModelAnatomy.Read(folder.Path).StoredTypes);
        (Tiny.Config() with { VocabularySize = 41 }).Save(folder.File("config.json"));
        Assert.Contains("[41, 16]", Assert.Throws<CheckpointException>(() => ModelAnatomy.Read(folder.Path)).Message);
    }
}
