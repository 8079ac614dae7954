using System.Runtime.InteropServices;

namespace DistilWhisperLab.Text;

/// <summary>
/// Byte-pair encoding of one stretch of bytes: the pair of neighbours with the lowest rank is joined until no known
/// pair is left (Sennrich et al. 2016, on bytes as in GPT-2). A queue of candidate pairs keeps this at n log n, so a
/// line of a million letters is no trap.
/// </summary>
internal sealed class BytePairEncoder
{
    private const int CacheLimit = 1 << 16;

    private readonly int[] _idOfByte;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Merged)> _merges;
    private readonly Dictionary<string, int[]> _cache = [];
    private readonly Lock _lock = new();

    /// <summary>Takes the id of each byte's piece and the merges with their rank (0 first) and the id they give.</summary>
    public BytePairEncoder(int[] idOfByte, Dictionary<(int Left, int Right), (int Rank, int Merged)> merges)
    {
        _idOfByte = idOfByte;
        _merges = merges;
    }

    /// <summary>Appends the ids of <paramref name="stretch"/> to <paramref name="ids"/>.</summary>
    public void Encode(ReadOnlySpan<char> stretch, List<int> ids)
    {
        lock (_lock)
        {
            var lookup = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
            if (!lookup.TryGetValue(stretch, out var known))
            {
                known = Merge(ByteAlphabet.Utf8(stretch));
                if (_cache.Count < CacheLimit && stretch.Length <= 64)
                {
                    lookup[stretch] = known;
                }
            }

            ids.AddRange(known);
        }
    }

    private int[] Merge(byte[] bytes)
    {
        // A doubly linked list over the bytes' places; a place that was merged into its left neighbour has id -1.
        var ids = Array.ConvertAll(bytes, b => _idOfByte[b]);
        var next = new int[ids.Length];
        var previous = new int[ids.Length];
        var queue = new PriorityQueue<(int Place, int Left, int Right), (int Rank, int Place)>();
        for (var i = 0; i < ids.Length; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1);
        }

        for (var i = 0; i + 1 < ids.Length; i++)
        {
            Offer(i);
        }

        while (queue.TryDequeue(out var pair, out _))
        {
            var right = next[pair.Place];
            if (ids[pair.Place] != pair.Left || right >= ids.Length || ids[right] != pair.Right)
            {
                continue; // One of the two has been merged with someone else since.
            }

            ids[pair.Place] = _merges[(pair.Left, pair.Right)].Merged;
            ids[right] = -1;
            next[pair.Place] = next[right];
            if (next[right] < ids.Length)
            {
                previous[next[right]] = pair.Place;
                Offer(pair.Place);
            }

            if (previous[pair.Place] >= 0)
            {
                Offer(previous[pair.Place]);
            }
        }

        return Array.FindAll(ids, id => id >= 0);

        void Offer(int place)
        {
            ref var merge = ref CollectionsMarshal.GetValueRefOrNullRef(_merges, (ids[place], ids[next[place]]));
            if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref merge))
            {
                queue.Enqueue((place, ids[place], ids[next[place]]), (merge.Rank, place));
            }
        }
    }
}
