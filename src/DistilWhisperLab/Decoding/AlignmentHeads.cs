using System.Text.Json;
using DistilWhisperLab.Models;

namespace DistilWhisperLab.Decoding;

/// <summary>A head of the decoder's cross-attention.</summary>
/// <param name="Layer">Its decoder layer, from 0.</param>
/// <param name="Head">Its number in that layer, from 0.</param>
public readonly record struct AttentionHead(int Layer, int Head);

/// <summary>Which cross-attention heads follow the speech in time, so that words can be aligned by them.</summary>
public static class AlignmentHeads
{
    /// <summary>
    /// Every head of the last half of the decoder's layers: what openai-whisper takes where nothing is known.
    /// </summary>
    public static IReadOnlyList<AttentionHead> Default(WhisperConfig config) =>
    [
        .. from layer in Enumerable.Range(config.DecoderLayers / 2, config.DecoderLayers - config.DecoderLayers / 2)
           from head in Enumerable.Range(0, config.DecoderHeads)
           select new AttentionHead(layer, head),
    ];

    /// <summary>
    /// The heads that a model directory's <c>generation_config.json</c> lists under <c>alignment_heads</c>, else
    /// <see cref="Default"/>. A list with layers or heads that the model does not have is its teacher's, left behind
    /// by distillation, and says nothing about this model.
    /// </summary>
    /// <exception cref="CheckpointException">The file is no JSON or its list is not one of pairs of numbers.</exception>
    public static IReadOnlyList<AttentionHead> Load(string directory, WhisperConfig config)
    {
        var path = Path.Combine(directory, "generation_config.json");
        if (!File.Exists(path))
        {
            return Default(config);
        }

        int[][]? pairs;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            pairs = json.RootElement.TryGetProperty("alignment_heads", out var list) ? list.Deserialize<int[][]>() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CheckpointException($"{path} is damaged: alignment_heads should be a list of pairs [layer, head] ({e.Message}).", e);
        }

        if (pairs is null or [])
        {
            return Default(config);
        }

        if (pairs.FirstOrDefault(pair => pair is not { Length: 2 }) is { } wrong)
        {
            throw new CheckpointException($"{path} has [{string.Join(", ", wrong)}] among its alignment_heads, expected pairs [layer, head].");
        }

        var known = pairs.All(p => p[0] >= 0 && p[0] < config.DecoderLayers && p[1] >= 0 && p[1] < config.DecoderHeads);
        return known ? [.. pairs.Select(p => new AttentionHead(p[0], p[1]))] : Default(config);
    }
}
