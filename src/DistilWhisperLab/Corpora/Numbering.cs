namespace DistilWhisperLab.Corpora;

/// <summary>Numbers rows, from zero, within what they belong to.</summary>
internal sealed class Numbering<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, int> _next = [];

    /// <summary>The number of a further row of <paramref name="key"/>.</summary>
    public int Next(TKey key) => (_next[key] = _next.GetValueOrDefault(key) + 1) - 1;
}
