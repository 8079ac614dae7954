namespace DistilWhisperLab.Runtime;

/// <summary>Random numbers that follow from a run's one seed.</summary>
public static class Seeds
{
    /// <summary>
    /// A generator for one place of a run, for example an update or an utterance: independent of every other place's,
    /// and the same on every machine.
    /// </summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="place">Numbers that name the place.</param>
    public static Random Random(int seed, params ReadOnlySpan<long> place)
    {
        var state = Mix((ulong)seed);
        foreach (var number in place)
        {
            state = Mix(state ^ (ulong)number);
        }

        // A seeded System.Random keeps its sequence over versions of .NET, which an unseeded one does not promise.
        return new Random((int)(state & int.MaxValue));
    }

    /// <summary>The finaliser of SplitMix64 (Steele, Lea and Flood 2014): neighbours in, unrelated numbers out.</summary>
    private static ulong Mix(ulong x)
    {
        x += 0x9e3779b97f4a7c15;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }
}
