using DistilWhisperLab.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistilWhisperLab.Models;

/// <summary>
/// Whisper's decoder: token and learned position embeddings, pre-norm blocks of causal self-attention,
/// cross-attention to the encoder's states and a feed-forward network, a final norm. Logits are the product with the
/// token embedding itself (tied weights).
/// </summary>
public sealed class TextDecoder : Module
{
    // Up to so many rows the logits are computed as the transpose of the transposed product.
    private const int FewRows = 16;

    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly ModuleList<DecoderLayer> _layers;
    private readonly LayerNorm _norm;

    /// <summary>Creates a randomly initialised decoder.</summary>
    /// <param name="config">The dimensions.</param>
    /// <param name="device">Where the weights lie; the CPU by default, <see cref="META"/> for none.</param>
    public TextDecoder(WhisperConfig config, Device? device = null) : base(nameof(TextDecoder))
    {
        Config = config;
        register_module("embed_tokens", _tokens = Embedding(config.VocabularySize, config.Width, device: device));
        register_module("embed_positions", _positions = Embedding(config.MaxTargetPositions, config.Width, device: device));
        _layers = new ModuleList<DecoderLayer>([.. Enumerable.Range(0, config.DecoderLayers).Select(_ =>
            new DecoderLayer(config.Width, config.DecoderHeads, config.DecoderFeedForward, device))]);
        register_module("layers", _layers);
        register_module("layer_norm", _norm = LayerNorm(config.Width, device: device));

        // A tied embedding of unit variance would start with logits of the size of d_model.
        using var withoutGradient = no_grad();
        init.normal_(_tokens.weight!, 0, 0.02);
        init.normal_(_positions.weight!, 0, 0.02);
    }

    /// <summary>The dimensions.</summary>
    public WhisperConfig Config { get; }

    /// <summary>The token embedding, <c>[vocabulary, d_model]</c>, which is also the output projection.</summary>
    public Parameter TokenEmbedding => _tokens.weight!;

    /// <summary>Decodes whole sequences at once (training, scoring).</summary>
    /// <param name="tokens">int64 <c>[batch, n]</c>.</param>
    /// <param name="states">The encoder's states, <c>[batch, frames, d_model]</c>.</param>
    /// <param name="outputs">Receives the output of every block, <c>[batch, n, d_model]</c>; null where nobody asks.</param>
    /// <returns>The states after the final norm, <c>[batch, n, d_model]</c>; see <see cref="Logits"/>.</returns>
    public Tensor forward(Tensor tokens, Tensor states, ICollection<Tensor>? outputs = null)
    {
        var x = Embed(tokens, 0);
        foreach (var layer in _layers)
        {
            x = layer.forward(x, states);
            outputs?.Add(x);
        }

        return _norm.forward(x);
    }

    /// <summary>Decodes the positions that follow those in the cache.</summary>
    /// <param name="tokens">
    /// int64 <c>[batch, n]</c>, the new tokens; the first ones, the prompt, one row for each of the cache's states.
    /// </param>
    /// <param name="cache">Holds the positions before them and receives theirs.</param>
    /// <returns>The new positions' states after the final norm, <c>[batch, n, d_model]</c>.</returns>
    public Tensor forward(Tensor tokens, KeyValueCache cache)
    {
        var (rows, count) = (tokens.shape[0], tokens.shape[1]);
        var positions = cache.Positions(rows, count);
        var x = positions is null
            ? Embed(tokens, cache.Length)
            : _tokens.forward(tokens).Plus(_positions.forward(positions));
        var mask = cache.Mask(rows, count, tokens.device);
        for (var i = 0; i < _layers.Count; i++)
        {
            x = _layers[i].forward(x, cache, i, mask);
        }

        cache.Advance(tokens);
        return _norm.forward(x);
    }

    /// <summary>The vocabulary's logits.</summary>
    /// <param name="hidden">States after the final norm, <c>[…, d_model]</c>.</param>
    /// <returns><c>[…, vocabulary]</c>.</returns>
    public Tensor Logits(Tensor hidden)
    {
        var weight = _tokens.weight!;
        if (hidden.dim() != 2 || hidden.shape[0] > FewRows || hidden.device_type != DeviceType.CPU)
        {
            return functional.linear(hidden, weight);
        }

        // On a CPU the product with few rows is two to five times as fast this way round, but not for a single one,
        // so that is taken twice (a copy: a product with an expanded row takes four times as long as it saves).
        var columns = hidden.shape[0] == 1 ? hidden.repeat(2, 1) : hidden;
        return weight.matmul(columns.t()).t().narrow(0, 0, hidden.shape[0]).contiguous();
    }

    /// <summary>Keys and values of the encoder's states for each layer's cross-attention.</summary>
    /// <param name="states"><c>[batch, frames, d_model]</c>.</param>
    /// <returns>For each layer two tensors <c>[batch, heads, frames, d_head]</c>.</returns>
    public IReadOnlyList<(Tensor Keys, Tensor Values)> ProjectStates(Tensor states) =>
        [.. _layers.Select(layer => layer.ProjectStates(states))];

    /// <summary>The cross-attention weights of every layer for a whole sequence.</summary>
    /// <param name="tokens">int64 <c>[batch, n]</c>.</param>
    /// <param name="states"><c>[batch, frames, d_model]</c>.</param>
    /// <returns>For each layer <c>[batch, heads, n, frames]</c>.</returns>
    public IReadOnlyList<Tensor> CrossAttention(Tensor tokens, Tensor states)
    {
        var weights = new List<Tensor>();
        var x = Embed(tokens, 0);
        foreach (var layer in _layers)
        {
            x = layer.forward(x, states, weights);
        }

        return weights;
    }

    private Tensor Embed(Tensor tokens, int from)
    {
        var count = tokens.shape[1];
        if (from + count > Config.MaxTargetPositions)
        {
            throw new ArgumentException($"{from + count} tokens, but the decoder has {Config.MaxTargetPositions} positions.", nameof(tokens));
        }

        return _tokens.forward(tokens).Plus(_positions.weight!.narrow(0, from, count));
    }
}

/// <summary>One pre-norm block of the decoder.</summary>
internal sealed class DecoderLayer : Module
{
    private readonly MultiHeadAttention _selfAttention;
    private readonly LayerNorm _selfNorm;
    private readonly MultiHeadAttention _crossAttention;
    private readonly LayerNorm _crossNorm;
    private readonly FeedForward _feedForward;

    public DecoderLayer(int width, int heads, int hidden, Device? device) : base(nameof(DecoderLayer))
    {
        register_module("self_attn", _selfAttention = new MultiHeadAttention(width, heads, device));
        register_module("self_attn_layer_norm", _selfNorm = LayerNorm(width, device: device));
        register_module("encoder_attn", _crossAttention = new MultiHeadAttention(width, heads, device));
        register_module("encoder_attn_layer_norm", _crossNorm = LayerNorm(width, device: device));
        _feedForward = new FeedForward(this, width, hidden, device);
    }

    public (Tensor Keys, Tensor Values) ProjectStates(Tensor states) => _crossAttention.Project(states);

    /// <summary>A whole sequence; <paramref name="weights"/>, where given, receives the cross-attention weights.</summary>
    public Tensor forward(Tensor x, Tensor states, List<Tensor>? weights = null)
    {
        x = x.Plus(_selfAttention.SelfAttend(_selfNorm.forward(x), causal: true));
        var (keys, values) = ProjectStates(states);
        var queries = _crossNorm.forward(x);
        weights?.Add(_crossAttention.Weights(queries, keys));
        x = x.Plus(_crossAttention.CrossAttend(queries, keys, values));
        return x.Plus(_feedForward.Apply(x));
    }

    public Tensor forward(Tensor x, KeyValueCache cache, int layer, Tensor? mask)
    {
        x = x.Plus(_selfAttention.SelfAttend(_selfNorm.forward(x), cache, layer, mask));
        var (keys, values) = cache.Cross(layer);
        // To the cross-attention, which has no order, the rows that share their states are positions of one row.
        var queries = _crossNorm.forward(x).view(cache.States, -1, x.shape[2]);
        x = x.Plus(_crossAttention.CrossAttend(queries, keys, values).view(x.shape));
        return x.Plus(_feedForward.Apply(x));
    }
}
