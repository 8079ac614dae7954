using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>
/// Directories in LibriSpeech's layout: <c>speaker/chapter/</c> holds a file of audio an utterance and one
/// <c>*.trans.txt</c> with a line an utterance, its id and its text parted by a space.
/// </summary>
internal static class LibriSpeech
{
    private const string Transcripts = "*.trans.txt";

    // From above LibriSpeech/dev-clean/speaker/chapter downwards.
    private static readonly EnumerationOptions Depth = new() { RecurseSubdirectories = true, MaxRecursionDepth = 4 };

    private static readonly string[] Extensions = [".flac", ".wav", ".ogg", ".opus", ".mp3"];

    /// <summary>Whether a folder holds such a corpus.</summary>
    public static bool IsAt(string folder) => Directory.EnumerateFiles(folder, Transcripts, Depth).Any();

    /// <summary>
    /// Reads all chapters: the recording is speaker and chapter, the voice the speaker, the position the line's, the
    /// split the folder above the speaker, the domain the folder that was opened.
    /// </summary>
    /// <exception cref="CorpusException">A line is wrong or its audio missing; file and line are named.</exception>
    public static CorpusSource Open(string folder, IProgress<Progress>? progress, CancellationToken stop)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var domain = Path.GetFileName(root);
        var (rows, places) = (new List<Utterance>(), new List<(string File, int Line)>());
        foreach (var file in Directory.GetFiles(root, Transcripts, Depth).Order(StringComparer.Ordinal))
        {
            var chapter = Directory.GetParent(file)!;
            var (speaker, split) = (chapter.Parent?.Name ?? "", chapter.Parent?.Parent?.Name ?? "");
            var recording = $"{speaker}-{chapter.Name}";
            var position = 0;
            foreach (var (number, line) in CorpusSource.Lines(file).Index().Where(l => !string.IsNullOrWhiteSpace(l.Item)))
            {
                var place = Place((file, number));
                var (id, text) = Parse(line, place);
                var audio = Extensions.Select(e => id + e).FirstOrDefault(a => File.Exists(Path.Combine(chapter.FullName, a)))
                    ?? throw new CorpusException($"{place} names the utterance {id}, whose audio ({id}.flac, .wav or .ogg) does not exist beside it.");
                rows.Add(new Utterance(
                    id,
                    Path.GetRelativePath(root, Path.Combine(chapter.FullName, audio)).Replace('\\', '/'),
                    Start: 0,
                    Duration: 0,
                    text,
                    domain,
                    split,
                    speaker,
                    recording,
                    position++));
                places.Add((file, number));
            }
        }

        return rows.Count > 0
            ? CorpusSource.OfWholeFiles(root, rows, row => Place(places[row]), progress, stop)
            : throw new CorpusException($"The transcripts below {folder} hold no utterance; expected lines of an id, a space and a text.");
    }

    private static string Place((string File, int Line) at) => $"{at.File}, line {at.Line + 1}";

    private static (string Id, string Text) Parse(string line, string place)
    {
        var end = line.AsSpan().IndexOfAny(" \t");
        var id = end < 0 ? line : line[..end];
        if (end < 0)
        {
            throw new CorpusException($"{place} holds the one word \"{id}\"; expected an id, a space and a text.");
        }

        if (line[end] == '\t')
        {
            throw new CorpusException($"{place} parts its id from its text by a tab; expected a space.");
        }

        var text = line[end..].Trim();
        return end == 0 ? throw new CorpusException($"{place} begins with a space; expected an id, a space and a text.")
            : text.Length == 0 ? throw new CorpusException($"{place} has an empty text.")
            : (id, text);
    }
}
