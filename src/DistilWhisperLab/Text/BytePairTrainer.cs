using System.Runtime.InteropServices;

namespace DistilWhisperLab.Text;

/// <summary>
/// Learns byte-pair merges from text: again and again the most frequent pair of neighbours becomes a piece. Pairs of
/// equal frequency are taken in the order of their ids, so the result depends on the texts alone.
/// </summary>
internal static class BytePairTrainer
{
    /// <summary>
    /// The merges, each a pair of piece ids, that grow the 256 byte pieces (ids 0 to 255 in
    /// <see cref="ByteAlphabet.Order"/>) to <paramref name="pieces"/>.
    /// </summary>
    /// <exception cref="TokenizerException">The texts hold fewer different pieces than asked for.</exception>
    public static List<(int Left, int Right)> Train(IEnumerable<string> texts, int pieces)
    {
        if (pieces < 256)
        {
            throw new TokenizerException($"A byte-level vocabulary has at least 256 pieces, one for each byte, but {pieces} were asked for.");
        }

        var words = Words(texts);
        var merges = new List<(int, int)>();
        while (256 + merges.Count < pieces)
        {
            if (MostFrequentPair(words) is not { } pair)
            {
                throw new TokenizerException(
                    $"The texts yield only {256 + merges.Count} pieces where {pieces} were asked for; give more text or ask for fewer pieces.");
            }

            foreach (var (ids, _) in words)
            {
                Join(ids, pair, 256 + merges.Count);
            }

            merges.Add(pair);
        }

        return merges;
    }

    private static List<(List<int> Ids, int Count)> Words(IEnumerable<string> texts)
    {
        var idOfByte = new int[256];
        for (var id = 0; id < 256; id++)
        {
            idOfByte[ByteAlphabet.Order[id]] = id;
        }

        var counts = new Dictionary<string, int>();
        foreach (var text in texts)
        {
            foreach (var (start, length) in Gpt2Splitter.Split(text))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, text.Substring(start, length), out _)++;
            }
        }

        return [.. counts.Select(word =>
            (ByteAlphabet.Utf8(word.Key).Select(b => idOfByte[b]).ToList(), word.Value))];
    }

    private static (int Left, int Right)? MostFrequentPair(List<(List<int> Ids, int Count)> words)
    {
        var counts = new Dictionary<(int Left, int Right), long>();
        foreach (var (ids, count) in words)
        {
            for (var i = 0; i + 1 < ids.Count; i++)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, (ids[i], ids[i + 1]), out _) += count;
            }
        }

        (int Left, int Right)? best = null;
        var most = 0L;
        foreach (var (pair, count) in counts)
        {
            if (count > most || (count == most && pair.CompareTo(best!.Value) < 0))
            {
                (best, most) = (pair, count);
            }
        }

        return best;
    }

    private static void Join(List<int> ids, (int Left, int Right) pair, int piece)
    {
        var kept = 0;
        for (var i = 0; i < ids.Count; i++)
        {
            var joins = ids[i] == pair.Left && i + 1 < ids.Count && ids[i + 1] == pair.Right;
            ids[kept++] = joins ? piece : ids[i];
            i += joins ? 1 : 0;
        }

        ids.RemoveRange(kept, ids.Count - kept);
    }
}
