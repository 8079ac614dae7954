using DistilWhisperLab.Decoding;
using DistilWhisperLab.Models;

namespace DistilWhisperLab.Tests.Decoding;

public sealed class AlignmentHeadsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lab-heads-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1, "0.0 0.1")]
    [InlineData(2, "1.0 1.1")]
    [InlineData(3, "1.0 1.1 2.0 2.1")]
    public void Without_a_list_all_heads_of_the_last_half_are_followed(int layers, string expected)
    {
        Assert.Equal(expected, Text(AlignmentHeads.Default(Tiny.Config(decoderLayers: layers))));
        Assert.Equal(expected, Text(AlignmentHeads.Load(_folder, Tiny.Config(decoderLayers: layers))));
    }

    [Theory]
    [InlineData("""{"alignment_heads": [[0, 1], [1, 0]]}""", "0.1 1.0")]
    [InlineData("""{"alignment_heads": []}""", "1.0 1.1")]
    [InlineData("""{"alignment_heads": null}""", "1.0 1.1")]
    [InlineData("""{}""", "1.0 1.1")]
    [InlineData("""{"alignment_heads": [[25, 3]]}""", "1.0 1.1")] // a teacher's
    [InlineData("""{"alignment_heads": [[1, 2]]}""", "1.0 1.1")]
    public void The_files_list_counts_where_it_fits_the_model(string json, string expected)
    {
        File.WriteAllText(Path.Combine(_folder, "generation_config.json"), json);
        Assert.Equal(expected, Text(AlignmentHeads.Load(_folder, Tiny.Config())));
    }

    [Theory]
    [InlineData("""{"alignment_heads": [[1]]}""")]
    [InlineData("""{"alignment_heads": "all"}""")]
    [InlineData("""{"alignment_heads": [[""")]
    [InlineData("""[]""")]
    public void A_list_of_something_else_is_refused_by_name(string json)
    {
        File.WriteAllText(Path.Combine(_folder, "generation_config.json"), json);
        var error = Assert.Throws<CheckpointException>(() => AlignmentHeads.Load(_folder, Tiny.Config()));
        Assert.Contains("generation_config.json", error.Message);
    }

    private static string Text(IEnumerable<AttentionHead> heads) => string.Join(' ', heads.Select(h => $"{h.Layer}.{h.Head}"));
}
