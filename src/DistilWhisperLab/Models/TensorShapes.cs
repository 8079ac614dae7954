namespace DistilWhisperLab.Models;

/// <summary>
/// The names and shapes of a checkpoint's tensors, derived from the dimensions alone: what a file must hold, known
/// before gigabytes are allocated.
/// </summary>
public static class TensorShapes
{
    /// <summary>Every tensor's shape by its Hugging Face name; the tied output projection is not among them.</summary>
    public static IReadOnlyDictionary<string, long[]> Of(WhisperConfig config)
    {
        long width = config.Width;
        var shapes = new Dictionary<string, long[]>
        {
            ["model.encoder.conv1.weight"] = [width, config.MelBins, 3],
            ["model.encoder.conv1.bias"] = [width],
            ["model.encoder.conv2.weight"] = [width, width, 3],
            ["model.encoder.conv2.bias"] = [width],
            ["model.encoder.embed_positions.weight"] = [config.MaxSourcePositions, width],
            ["model.decoder.embed_tokens.weight"] = [config.VocabularySize, width],
            ["model.decoder.embed_positions.weight"] = [config.MaxTargetPositions, width],
        };
        Norm("model.encoder.layer_norm");
        Norm("model.decoder.layer_norm");
        for (var i = 0; i < config.EncoderLayers; i++)
        {
            var layer = $"model.encoder.layers.{i}";
            Attention($"{layer}.self_attn");
            FeedForward(layer, config.EncoderFeedForward);
        }

        for (var i = 0; i < config.DecoderLayers; i++)
        {
            var layer = $"model.decoder.layers.{i}";
            Attention($"{layer}.self_attn");
            Attention($"{layer}.encoder_attn");
            FeedForward(layer, config.DecoderFeedForward);
        }

        return shapes;

        void Norm(string name) => Add(name, [width], [width]);

        void Add(string name, long[] weight, long[] bias)
        {
            shapes[name + ".weight"] = weight;
            shapes[name + ".bias"] = bias;
        }

        void Attention(string name)
        {
            shapes[name + ".k_proj.weight"] = [width, width];
            Add(name + ".v_proj", [width, width], [width]);
            Add(name + ".q_proj", [width, width], [width]);
            Add(name + ".out_proj", [width, width], [width]);
            Norm(name + "_layer_norm");
        }

        void FeedForward(string layer, long hidden)
        {
            Add(layer + ".fc1", [hidden, width], [hidden]);
            Add(layer + ".fc2", [width, hidden], [width]);
            Norm(layer + ".final_layer_norm");
        }
    }
}
