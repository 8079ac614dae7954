using static TorchSharp.torch;

namespace DistilWhisperLab.Models;

/// <summary>
/// The decoder's memory while it writes: keys and values of every layer's self-attention, in buffers of full size
/// from the start so that a step allocates nothing that grows, and those of the cross-attention, computed once from
/// the encoder's states. Several rows may write about the same states (beams, samples); they share the latter. The
/// cache owns its tensors until it is disposed.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;
    private readonly Tensor[] _crossKeys;
    private readonly Tensor[] _crossValues;
    private readonly Tensor? _padding; // int64 [states, 1]
    private readonly Tensor? _scratch; // one layer's buffer, for Reorder
    private int _shared; // positions that all rows of a group have in common

    /// <summary>Creates an empty cache for a batch over the encoder's states.</summary>
    /// <param name="decoder">The decoder whose cross-attention reads the states.</param>
    /// <param name="states">The encoder's states, <c>[states, frames, d_model]</c>.</param>
    /// <param name="capacity">The most positions that will be decoded, at most <c>max_target_positions</c>.</param>
    /// <param name="rowsPerState">Rows that write about each of the states, next to one another in the batch.</param>
    /// <param name="padding">
    /// For prompts of unequal length: how many tokens at the left of each are none, one number for each of the states.
    /// </param>
    public KeyValueCache(
        TextDecoder decoder, Tensor states, int capacity, int rowsPerState = 1, IReadOnlyList<int>? padding = null)
    {
        (Capacity, States, RowsPerState) = (capacity, states.shape[0], rowsPerState);
        var config = decoder.Config;
        long[] shape = [States * rowsPerState, config.DecoderHeads, capacity, config.Width / config.DecoderHeads];
        using var scope = NewDisposeScope();
        _keys = Buffers(config.DecoderLayers, () => zeros(shape, states.dtype, states.device));
        _values = Buffers(config.DecoderLayers, () => zeros(shape, states.dtype, states.device));
        var cross = decoder.ProjectStates(states);
        _crossKeys = [.. cross.Select(c => c.Keys.contiguous().DetachFromDisposeScope())];
        _crossValues = [.. cross.Select(c => c.Values.contiguous().DetachFromDisposeScope())];
        _scratch = rowsPerState == 1 ? null : zeros(shape, states.dtype, states.device).DetachFromDisposeScope();
        _padding = padding is null || padding.All(p => p == 0)
            ? null
            : tensor(padding.Select(p => (long)p).ToArray(), device: states.device).unsqueeze(1).DetachFromDisposeScope();
    }

    /// <summary>Positions decoded so far, padding included.</summary>
    public int Length { get; private set; }

    /// <summary>The most positions that fit.</summary>
    public int Capacity { get; }

    /// <summary>How many encoder states there are.</summary>
    public long States { get; }

    /// <summary>Rows that write about each of the states.</summary>
    public int RowsPerState { get; }

    /// <summary>Forgets the positions from <paramref name="length"/> on, for rejected draft tokens.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
        _shared = Math.Min(_shared, length);
    }

    /// <summary>
    /// Beam search: row i continues what row <paramref name="sources"/>[i] was, which writes about the same states.
    /// </summary>
    public void Reorder(IReadOnlyList<int> sources)
    {
        var count = Length - _shared;
        if (_scratch is null || count == 0)
        {
            return; // A single row has nothing to continue but itself, and a prompt alone is the same in all.
        }

        var moved = Enumerable.Range(0, sources.Count).Where(row => sources[row] != row).ToList();
        foreach (var buffer in _keys.Concat(_values))
        {
            using var scope = NewDisposeScope();
            moved.ForEach(row => Own(_scratch, row).copy_(Own(buffer, sources[row])));
            moved.ForEach(row => Own(buffer, row).copy_(Own(_scratch, row)));
        }

        Tensor Own(Tensor buffer, int row) => buffer.select(0, row).narrow(1, _shared, count);
    }

    internal (Tensor Keys, Tensor Values) Cross(int layer) => (_crossKeys[layer], _crossValues[layer]);

    /// <summary>
    /// Stores keys and values <c>[rows, heads, n, d_head]</c> behind the others; returns all up to them. The first
    /// positions, the prompt, may be given once for each of the states: every row that writes about them gets them.
    /// </summary>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        var count = keys.shape[2];
        if (Length + count > Capacity)
        {
            throw new InvalidOperationException($"The key/value cache holds {Capacity} positions; {Length + count} were asked for.");
        }

        Store(_keys[layer], keys);
        Store(_values[layer], values);
        return Length == 0
            ? (keys, values)
            : (_keys[layer].narrow(2, 0, Length + count), _values[layer].narrow(2, 0, Length + count));

        void Store(Tensor buffer, Tensor added)
        {
            if (Length == 0)
            {
                buffer.view(added.shape[0], -1, buffer.shape[1], Capacity, buffer.shape[3])
                    .narrow(3, 0, count).copy_(added.unsqueeze(1));
            }
            else
            {
                buffer.narrow(2, Length, count).copy_(added);
            }
        }
    }

    /// <summary>Called once all layers have stored a step's positions of so many rows.</summary>
    internal void Advance(Tensor tokens)
    {
        _shared = Length == 0 && tokens.shape[0] == States ? (int)tokens.shape[1] : _shared;
        Length += (int)tokens.shape[1];
    }

    /// <summary>
    /// The positions of the next <paramref name="count"/> tokens, int64 <c>[rows, count]</c>, the first real token's
    /// being zero; null where no row is padded, for then they are <see cref="Length"/> and so on in every row.
    /// </summary>
    internal Tensor? Positions(long rows, long count) =>
        _padding is null
            ? null
            : (arange(Length, Length + count, ScalarType.Int64, _padding.device) - PaddingOf(rows)).clamp_(min: 0);

    /// <summary>
    /// Where the next <paramref name="count"/> tokens may look, bool <c>[rows, 1, count, positions]</c> or
    /// <c>[count, positions]</c>; null where one token may see everything.
    /// </summary>
    internal Tensor? Mask(long rows, long count, Device device)
    {
        var total = Length + count;
        if (_padding is null)
        {
            return count == 1 ? null : ones(count, total, ScalarType.Bool, device).tril(Length);
        }

        var keys = arange(total, ScalarType.Int64, device);
        var queries = arange(Length, total, ScalarType.Int64, device).unsqueeze(1);
        // A padding token sees itself: nothing to see at all would make it, and in the end its neighbours, NaN.
        var real = keys.ge(PaddingOf(rows).view(-1, 1, 1)).logical_or(keys.eq(queries));
        return real.logical_and(keys.le(queries)).unsqueeze(1);
    }

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values).Concat(_crossKeys).Concat(_crossValues))
        {
            tensor.Dispose();
        }

        _padding?.Dispose();
        _scratch?.Dispose();
    }

    private Tensor PaddingOf(long rows) => rows == States ? _padding! : _padding!.repeat_interleave(RowsPerState, 0);

    private static Tensor[] Buffers(int count, Func<Tensor> create) =>
        [.. Enumerable.Range(0, count).Select(_ => create().DetachFromDisposeScope())];
}
