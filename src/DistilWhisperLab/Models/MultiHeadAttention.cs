using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistilWhisperLab.Models;

/// <summary>
/// Scaled dot-product attention over several heads, as in Whisper: the key projection has no bias. Serves as
/// self-attention (queries, keys and values of one sequence) and as cross-attention (keys and values of the
/// encoder's states).
/// </summary>
public sealed class MultiHeadAttention : Module
{
    private readonly int _heads;
    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _output;

    /// <summary>Creates randomly initialised projections of <paramref name="width"/> by <paramref name="width"/>.</summary>
    public MultiHeadAttention(int width, int heads) : base(nameof(MultiHeadAttention))
    {
        _heads = heads;
        register_module("k_proj", _key = Linear(width, width, hasBias: false));
        register_module("v_proj", _value = Linear(width, width));
        register_module("q_proj", _query = Linear(width, width));
        register_module("out_proj", _output = Linear(width, width));
    }

    /// <summary>Attention of <paramref name="x"/> to itself.</summary>
    /// <param name="x"><c>[batch, n, d_model]</c>.</param>
    /// <param name="causal">True where position i must not see what follows it.</param>
    /// <returns><c>[batch, n, d_model]</c>.</returns>
    public Tensor SelfAttend(Tensor x, bool causal)
    {
        var (keys, values) = Project(x);
        var length = x.shape[1];
        return Attend(x, keys, values, causal ? ones(length, length, ScalarType.Bool, x.device).tril() : null);
    }

    /// <summary>Causal attention of new positions to those in the cache and to themselves.</summary>
    /// <param name="x">The new positions, <c>[batch, n, d_model]</c>.</param>
    /// <param name="cache">Receives the new keys and values.</param>
    /// <param name="layer">Which layer of the cache.</param>
    /// <param name="mask">The cache's mask for these positions.</param>
    /// <returns><c>[batch, n, d_model]</c>.</returns>
    public Tensor SelfAttend(Tensor x, KeyValueCache cache, int layer, Tensor? mask)
    {
        var (newKeys, newValues) = Project(x);
        var (keys, values) = cache.Append(layer, newKeys, newValues);
        return Attend(x, keys, values, mask);
    }

    /// <summary>Attention to projected keys and values, those of the encoder's states.</summary>
    /// <param name="x">Queries before projection, <c>[batch, n, d_model]</c>.</param>
    /// <param name="keys"><c>[batch, heads, frames, d_head]</c>.</param>
    /// <param name="values"><c>[batch, heads, frames, d_head]</c>.</param>
    /// <returns><c>[batch, n, d_model]</c>.</returns>
    public Tensor CrossAttend(Tensor x, Tensor keys, Tensor values) => Attend(x, keys, values, mask: null);

    /// <summary>Keys and values of a sequence.</summary>
    /// <param name="source"><c>[batch, n, d_model]</c>.</param>
    /// <returns>Both <c>[batch, heads, n, d_head]</c>.</returns>
    public (Tensor Keys, Tensor Values) Project(Tensor source) =>
        (SplitHeads(_key.forward(source)), SplitHeads(_value.forward(source)));

    /// <summary>The attention weights alone, for alignment and pictures.</summary>
    /// <param name="x">Queries before projection, <c>[batch, n, d_model]</c>.</param>
    /// <param name="keys"><c>[batch, heads, frames, d_head]</c>.</param>
    /// <returns><c>[batch, heads, n, frames]</c>, each row summing to one.</returns>
    public Tensor Weights(Tensor x, Tensor keys)
    {
        var queries = SplitHeads(_query.forward(x));
        return (queries.matmul(keys.transpose(-2, -1)) / Math.Sqrt(keys.shape[3])).softmax(-1);
    }

    private Tensor Attend(Tensor x, Tensor keys, Tensor values, Tensor? mask)
    {
        var queries = SplitHeads(_query.forward(x));
        var mixed = functional.scaled_dot_product_attention(queries, keys, values, mask);
        return _output.forward(mixed.transpose(1, 2).reshape(x.shape));
    }

    private Tensor SplitHeads(Tensor x) => x.view(x.shape[0], x.shape[1], _heads, -1).transpose(1, 2);
}
