namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>Numbers for names, from which randomness is drawn.</summary>
internal static class Place
{
    /// <summary>A name's number, the same in every process and on every machine.</summary>
    public static long Of(string name) => name.Aggregate(17L, (hash, letter) => unchecked(hash * 31 + letter));
}
