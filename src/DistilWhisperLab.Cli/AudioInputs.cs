namespace DistilWhisperLab.Cli;

/// <summary>The recordings that a command line names, and what their transcripts are called.</summary>
internal static class AudioInputs
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".wav", ".wave", ".aif", ".aiff", ".aifc", ".au", ".caf", ".mp3", ".mp2", ".ogg", ".oga", ".opus", ".flac", ".m4a",
        ".m4b", ".mp4", ".aac", ".ac3", ".wma", ".amr", ".3gp", ".spx", ".sph", ".webm", ".mkv", ".mka", ".mov", ".avi",
    };

    /// <summary>
    /// The files named, and in place of each directory the audio files in it by name; a file named twice counts once.
    /// </summary>
    /// <param name="names">Files and directories.</param>
    /// <param name="report">Told of a directory without audio files.</param>
    public static IReadOnlyList<string> Expand(IEnumerable<string> names, Action<string> report)
    {
        var files = new List<string>();
        foreach (var name in names)
        {
            if (!Directory.Exists(name))
            {
                files.Add(name);
                continue;
            }

            var inside = Directory.GetFiles(name).Where(f => Extensions.Contains(Path.GetExtension(f))).Order(StringComparer.Ordinal).ToList();
            files.AddRange(inside);
            if (inside.Count == 0)
            {
                report($"{name} is a directory without audio files.");
            }
        }

        return [.. files.DistinctBy(Path.GetFullPath)];
    }

    /// <summary>
    /// The transcripts' names, without the format's extension: a file's stem, or its full name where another file has
    /// the same stem.
    /// </summary>
    /// <exception cref="LabException">Two files would have the same transcript.</exception>
    public static IReadOnlyList<string> TranscriptNames(IReadOnlyList<string> files)
    {
        var shared = files.GroupBy(Stem).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet();
        List<string> names = [.. files.Select(f => shared.Contains(Stem(f)) ? Path.GetFileName(f) : Stem(f))];
        if (files.Zip(names).GroupBy(f => f.Second).FirstOrDefault(g => g.Count() > 1) is { } same)
        {
            throw new LabException(
                $"{string.Join(" and ", same.Select(f => f.First))} would all be written to {same.Key}; "
                + "transcribe them one by one into directories of their own (--output-dir).");
        }

        return names;

        static string Stem(string file) => Path.GetFileNameWithoutExtension(file);
    }
}
