using static TorchSharp.torch;

namespace DistilWhisperLab.Models;

/// <summary>A part of the network and its parameters.</summary>
/// <param name="Name">What it is, <c>encoder</c> or <c>decoder</c> first.</param>
/// <param name="Parameters">How many.</param>
public sealed record ModelPart(string Name, long Parameters);

/// <summary>What a model is made of, told without loading it.</summary>
/// <param name="Config">The dimensions.</param>
/// <param name="StoredTypes">The types that its tensors are stored in, the most frequent first.</param>
/// <param name="Parts">The parts, from the audio to the text; their parameters add up to the model's.</param>
public sealed record ModelAnatomy(WhisperConfig Config, IReadOnlyList<ScalarType> StoredTypes, IReadOnlyList<ModelPart> Parts)
{
    private static readonly (string Part, string Tensors)[] Places =
    [
        ("encoder convolutions", "model.encoder.conv"), ("encoder positions", "model.encoder.embed_positions."),
        ("encoder norms", "norm."), ("encoder self-attention", ".self_attn."), ("encoder feed-forward", ".fc"),
        ("decoder token embedding", "model.decoder.embed_tokens."), ("decoder positions", "model.decoder.embed_positions."),
        ("decoder norms", "norm."), ("decoder self-attention", ".self_attn."), ("decoder cross-attention", ".encoder_attn."),
        ("decoder feed-forward", ".fc"),
    ];

    /// <summary>Reads a model's headers and checks that it is complete.</summary>
    /// <param name="path">A model directory or <c>.pt</c> file.</param>
    /// <exception cref="CheckpointException">A file is missing or damaged, a tensor is missing, superfluous or misshapen.</exception>
    public static ModelAnatomy Read(string path)
    {
        using var stored = StoredWeights.Open(path);
        stored.Check(prefix: "");
        var types = stored.Tensors.Values.CountBy(tensor => tensor.Type).OrderByDescending(type => type.Value).Select(type => type.Key);
        return new ModelAnatomy(stored.Config, [.. types], Of(stored.Config));
    }

    /// <summary>The parts of a configuration, with or without weights to it.</summary>
    public static IReadOnlyList<ModelPart> Of(WhisperConfig config)
    {
        var counts = TensorShapes.Of(config)
            .GroupBy(tensor => PartOf(tensor.Key), tensor => tensor.Value.Aggregate(1L, (product, size) => product * size))
            .ToDictionary(part => part.Key, part => part.Sum());
        return [.. Places.Select(place => new ModelPart(place.Part, counts[place.Part]))];
    }

    private static string PartOf(string tensor)
    {
        var side = tensor.StartsWith("model.encoder.", StringComparison.Ordinal) ? "encoder" : "decoder";
        return Places.First(place => place.Part.StartsWith(side, StringComparison.Ordinal) && tensor.Contains(place.Tensors)).Part;
    }
}
