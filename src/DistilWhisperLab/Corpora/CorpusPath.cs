namespace DistilWhisperLab.Corpora;

/// <summary>Where a corpus lies, and which of its splits are meant: <c>speech:train+validation</c>.</summary>
public static class CorpusPath
{
    // A colon before this place follows a drive's letter.
    private const int ShortestPlace = 2;

    /// <summary>Parts the splits from the path. What exists by the whole name is a path.</summary>
    /// <param name="path">As <see cref="Corpus.Open"/> takes it.</param>
    /// <returns>The file or folder, and the splits' names; null where none is named.</returns>
    public static (string Place, IReadOnlyList<string>? Splits) Parse(string path)
    {
        var colon = path.LastIndexOf(':');
        return colon < ShortestPlace || path.AsSpan(colon).ContainsAny('/', '\\') || File.Exists(path) || Directory.Exists(path)
            ? (path, null)
            : (path[..colon], path[(colon + 1)..].Split('+'));
    }
}
