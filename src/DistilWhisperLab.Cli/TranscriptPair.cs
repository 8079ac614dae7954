using System.Text;

namespace DistilWhisperLab.Cli;

/// <summary>An utterance of two transcript files; the id is null in files without ids.</summary>
internal sealed record TranscriptPair(string? Id, string Reference, string Hypothesis)
{
    /// <summary>Reads two files line by line, or matches their lines by the id that begins them (Kaldi's "text").</summary>
    /// <exception cref="LabException">A file cannot be read, or the two do not belong together.</exception>
    public static List<TranscriptPair> Read(string reference, string hypothesis, bool kaldi)
    {
        var expected = Lines(reference);
        var found = Lines(hypothesis);
        if (kaldi)
        {
            return ById(reference, ById(reference, expected), hypothesis, ById(hypothesis, found));
        }

        return expected.Length == found.Length
            ? [.. expected.Zip(found, (left, right) => new TranscriptPair(null, left, right))]
            : throw new LabException(
                $"{reference} has {expected.Length} lines but {hypothesis} has {found.Length}; one line per utterance is expected in both.");
    }

    private static List<TranscriptPair> ById(
        string reference, List<KeyValuePair<string, string>> expected, string hypothesis, List<KeyValuePair<string, string>> found)
    {
        var byId = new Dictionary<string, string>(found);
        var pairs = expected.ConvertAll(line => byId.Remove(line.Key, out var text)
            ? new TranscriptPair(line.Key, line.Value, text)
            : throw new LabException($"{hypothesis} lacks the utterance {line.Key} of {reference}."));
        return byId.Count == 0
            ? pairs
            : throw new LabException($"{hypothesis} has the utterance {byId.Keys.First()}, which {reference} lacks.");
    }

    private static List<KeyValuePair<string, string>> ById(string path, string[] lines)
    {
        var ids = new HashSet<string>();
        var result = new List<KeyValuePair<string, string>>();
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            var end = line.IndexOfAny([' ', '\t']);
            var id = end < 0 ? line : line[..end];
            result.Add(ids.Add(id)
                ? new(id, end < 0 ? "" : line[(end + 1)..])
                : throw new LabException($"{path} has the utterance {id} twice."));
        }

        return result;
    }

    private static string[] Lines(string path)
    {
        try
        {
            var text = File.ReadAllText(path, Encoding.UTF8);
            var lines = text.Split('\n');
            return text.EndsWith('\n') || text.Length == 0 ? lines[..^1] : lines;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"The transcripts {path} cannot be read: {e.Message}", e);
        }
    }
}
