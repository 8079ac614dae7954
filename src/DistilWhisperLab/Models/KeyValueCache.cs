using static TorchSharp.torch;

namespace DistilWhisperLab.Models;

/// <summary>
/// The decoder's memory while it writes: keys and values of every layer's self-attention, in buffers of full size
/// from the start so that a step allocates nothing that grows, and those of the cross-attention, computed once from
/// the encoder's states. The cache owns its tensors until it is disposed.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;
    private readonly Tensor[] _crossKeys;
    private readonly Tensor[] _crossValues;

    /// <summary>Creates an empty cache for a batch over the encoder's states.</summary>
    /// <param name="decoder">The decoder whose cross-attention reads the states.</param>
    /// <param name="states">The encoder's states, <c>[batch, frames, d_model]</c>.</param>
    /// <param name="capacity">The most positions that will be decoded, at most <c>max_target_positions</c>.</param>
    public KeyValueCache(TextDecoder decoder, Tensor states, int capacity)
    {
        Capacity = capacity;
        var config = decoder.Config;
        long[] shape = [states.shape[0], config.DecoderHeads, capacity, config.Width / config.DecoderHeads];
        using var scope = NewDisposeScope();
        _keys = Buffers(config.DecoderLayers, () => zeros(shape, states.dtype, states.device));
        _values = Buffers(config.DecoderLayers, () => zeros(shape, states.dtype, states.device));
        var cross = decoder.ProjectStates(states);
        _crossKeys = [.. cross.Select(c => c.Keys.contiguous().DetachFromDisposeScope())];
        _crossValues = [.. cross.Select(c => c.Values.contiguous().DetachFromDisposeScope())];
    }

    /// <summary>Positions decoded so far.</summary>
    public int Length { get; private set; }

    /// <summary>The most positions that fit.</summary>
    public int Capacity { get; }

    /// <summary>Forgets the positions from <paramref name="length"/> on, for rejected draft tokens.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <summary>Rearranges the rows of the batch: row i continues what row <paramref name="rows"/>[i] was (beam search).</summary>
    /// <param name="rows">Row numbers, int64 <c>[batch]</c>.</param>
    public void Reorder(Tensor rows)
    {
        foreach (var buffer in _keys.Concat(_values))
        {
            using var scope = NewDisposeScope();
            var used = buffer.narrow(2, 0, Length);
            used.copy_(used.index_select(0, rows));
        }
    }

    internal (Tensor Keys, Tensor Values) Cross(int layer) => (_crossKeys[layer], _crossValues[layer]);

    /// <summary>Stores keys and values <c>[batch, heads, n, d_head]</c> behind the others; returns all up to them.</summary>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        var count = keys.shape[2];
        if (Length + count > Capacity)
        {
            throw new InvalidOperationException($"The key/value cache holds {Capacity} positions; {Length + count} were asked for.");
        }

        _keys[layer].narrow(2, Length, count).copy_(keys);
        _values[layer].narrow(2, Length, count).copy_(values);
        return (_keys[layer].narrow(2, 0, Length + count), _values[layer].narrow(2, 0, Length + count));
    }

    /// <summary>Called once all layers have stored a step's positions.</summary>
    internal void Advance(int count) => Length += count;

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        foreach (var buffer in (Tensor[][])[_keys, _values, _crossKeys, _crossValues])
        {
            foreach (var tensor in buffer)
            {
                tensor.Dispose();
            }
        }
    }

    private static Tensor[] Buffers(int count, Func<Tensor> create) =>
        [.. Enumerable.Range(0, count).Select(_ => create().DetachFromDisposeScope())];
}
