using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>Reads and writes manifests: JSON lines, one utterance each.</summary>
public static class Manifest
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // apostrophes stay readable
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads a manifest and checks what can be known without its audio. Unknown columns are left out.</summary>
    /// <exception cref="CorpusException">The file is missing or empty, or a line is wrong; file and line are named.</exception>
    public static IReadOnlyList<Utterance> Read(string path)
    {
        var rows = new List<Utterance>();
        var ids = new HashSet<string>();
        foreach (var line in Lines(path))
        {
            var place = Place(path, rows.Count);
            var row = Parse(line, place);
            rows.Add(ids.Add(row.Id) ? row : throw new CorpusException($"{place} has the id {row.Id}, which an earlier line has already."));
        }

        return rows.Count > 0 ? rows : throw new CorpusException($"{path} holds no utterance; a manifest has one JSON object a line.");
    }

    /// <summary>Writes a manifest, whole or not at all.</summary>
    public static void Write(string path, IEnumerable<Utterance> rows) =>
        AtomicFile.WriteText(path, string.Concat(rows.Select(row => Line(row) + "\n")));

    /// <summary>Opens a manifest and the recordings that lie beside it.</summary>
    /// <exception cref="CorpusException">As for <see cref="Read"/>, or a line names a missing recording.</exception>
    internal static CorpusSource Open(string path)
    {
        var utterances = Read(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var known = new HashSet<string>();
        foreach (var (row, utterance) in utterances.Index())
        {
            if (known.Add(utterance.Audio) && !File.Exists(Path.Combine(folder, utterance.Audio)))
            {
                throw new CorpusException($"{Place(path, row)} names the recording {utterance.Audio}, which does not exist beside the manifest.");
            }
        }

        return CorpusSource.OfFiles(folder, utterances, row => Place(path, row));
    }

    /// <summary>A row as a manifest writes it.</summary>
    internal static string Line(Utterance row) => JsonSerializer.Serialize(row, Json);

    /// <summary>How a message names a row, counted from 0.</summary>
    internal static string Place(string path, int row) => $"{path}, line {row + 1}";

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CorpusException($"There is no manifest {path}; lab corpus build makes the lab's own corpus.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CorpusException($"The manifest {path} cannot be read: {e.Message}", e);
        }
    }

    private static Utterance Parse(string line, string place)
    {
        try
        {
            return JsonSerializer.Deserialize<Utterance>(line, Json) switch
            {
                null => throw new CorpusException($"{place} holds null where an utterance's JSON object was expected."),
                { Start: < 0 } row => throw new CorpusException($"{place} starts at {row.Start} s; a start is 0 or more."),
                { Duration: <= 0 } row => throw new CorpusException($"{place} has a duration of {row.Duration} s; a duration is above 0."),
                { Audio: "" } => throw new CorpusException($"{place} names no audio file."),
                var row when string.IsNullOrWhiteSpace(row.Text) => throw new CorpusException($"{place} has an empty text."),
                var row => row,
            };
        }
        catch (JsonException e)
        {
            throw new CorpusException($"{place} is not an utterance's JSON object: {e.Message}", e);
        }
    }
}
