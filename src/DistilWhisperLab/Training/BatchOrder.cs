using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Training;

/// <summary>
/// Which examples each update sees: a new shuffle every epoch, batches made of examples of similar length so that
/// little is padded. It is a function of the seed and the update's number alone, so that a resumed run needs no
/// other state.
/// </summary>
public sealed class BatchOrder
{
    // Batches sorted by length among this many: enough that lengths agree, few enough that the order stays random.
    private const int PoolBatches = 16;

    private readonly IReadOnlyList<double> _lengths;
    private readonly int _batch;
    private readonly int _seed;
    private int _epoch = -1;
    private int[][] _batches = [];

    /// <summary>Creates an order.</summary>
    /// <param name="lengths">Each example's length, in any unit.</param>
    /// <param name="batch">Examples a batch; what is left over at an epoch's end is left out of that epoch.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="LabException">There are fewer examples than one batch needs.</exception>
    public BatchOrder(IReadOnlyList<double> lengths, int batch, int seed)
    {
        if (lengths.Count < batch)
        {
            throw new LabException($"The training set holds {lengths.Count} examples, fewer than one batch of {batch}; give more data or a smaller batch.");
        }

        (_lengths, _batch, _seed) = (lengths, batch, seed);
    }

    /// <summary>Updates until every example was seen once.</summary>
    public int BatchesPerEpoch => _lengths.Count / _batch;

    /// <summary>The numbers of the examples of an update, counted from zero.</summary>
    public IReadOnlyList<int> At(int update)
    {
        var epoch = update / BatchesPerEpoch;
        if (epoch != _epoch)
        {
            (_epoch, _batches) = (epoch, Epoch(epoch));
        }

        return _batches[update % BatchesPerEpoch];
    }

    private int[][] Epoch(int epoch)
    {
        var random = Seeds.Random(_seed, epoch);
        var all = Enumerable.Range(0, _lengths.Count).ToArray();
        random.Shuffle(all);
        // What is left over goes before the pools are sorted by length, or it would be the longest ones every time.
        var batches = all
            .Take(BatchesPerEpoch * _batch)
            .Chunk(PoolBatches * _batch)
            .SelectMany(pool => pool.OrderBy(i => _lengths[i]).ThenBy(i => i).Chunk(_batch))
            .ToArray();
        random.Shuffle(batches);
        return batches;
    }
}
