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
    };

    /// <summary>
    /// Reads a manifest and checks what can be known without its audio. Needed columns are <c>audio</c>, <c>start</c>,
    /// <c>duration</c>, <c>text</c>, <c>domain</c>, <c>split</c> and <c>voice</c>. Without <c>recording</c> it is the
    /// audio's path without extension, without <c>position</c> the row's number among those of its split and recording, without
    /// <c>id</c> the audio's path without extension, with the row's number where several rows share it. Unknown columns
    /// are left out.
    /// </summary>
    /// <exception cref="CorpusException">The file is missing or empty, or a line is wrong; file and line are named.</exception>
    public static IReadOnlyList<Utterance> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new CorpusException($"There is no manifest {path}; the lab's own are made with lab corpus build.");
        }

        var rows = new List<Utterance>();
        var (texts, positions) = (new RepeatedTexts(), new Numbering<(string Split, string Recording)>());
        foreach (var line in CorpusSource.Lines(path))
        {
            var row = ManifestRow.Parse(line, Place(path, rows.Count));
            var recording = texts.Of(row.Recording ?? Stem(row.Audio!));
            var position = positions.Next((row.Split!, recording));
            rows.Add(new Utterance(
                row.Id ?? "",
                texts.Of(row.Audio!),
                row.Start!.Value,
                row.Duration!.Value,
                row.Text!,
                texts.Of(row.Domain!),
                texts.Of(row.Split!),
                texts.Of(row.Voice!),
                recording,
                row.Position ?? position,
                row.Fault is null ? null : texts.Of(row.Fault)));
        }

        NameTheNameless(rows);
        CorpusSource.CheckIds(rows, row => Place(path, row));
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

    private static string Stem(string audio) => Path.ChangeExtension(audio, null);

    /// <summary>Gives ids to the rows that have none; they depend on nothing but the manifest.</summary>
    private static void NameTheNameless(List<Utterance> rows)
    {
        if (rows.All(row => row.Id != ""))
        {
            return;
        }

        var taken = rows.Select(row => row.Id).ToHashSet();
        var shares = rows.CountBy(row => Stem(row.Audio)).ToDictionary();
        var numbers = new Numbering<string>();
        foreach (var (index, row) in rows.ToArray().Index())
        {
            var stem = Stem(row.Audio);
            var number = numbers.Next(stem);
            if (row.Id == "")
            {
                var id = shares[stem] > 1 ? $"{stem}-{number}" : stem;
                while (!taken.Add(id)) // such an id was given, or a-0.wav lies beside the a.wav of several rows
                {
                    id += "-" + number;
                }

                rows[index] = row with { Id = id };
            }
        }
    }
}
