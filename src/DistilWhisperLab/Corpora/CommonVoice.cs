using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>
/// Tables of Common Voice: tab-separated, a head line with the columns <c>path</c>, <c>sentence</c> and, where the
/// speaker is known, <c>client_id</c>; the audio lies in <c>clips/</c> beside the table.
/// </summary>
internal static class CommonVoice
{
    private const string UnknownVoice = "unknown";

    /// <summary>
    /// Reads a table: every clip is a recording of its own, the split the table's name, the domain the folder's.
    /// </summary>
    /// <exception cref="CorpusException">A column is missing, or a row is wrong or names a missing clip.</exception>
    public static CorpusSource Open(string path, IProgress<Progress>? progress)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var lines = CorpusSource.Lines(path);
        var head = lines is [] ? [] : lines[0].Split('\t');
        var (audio, sentence, client) = (Column("path"), Column("sentence"), Array.IndexOf(head, "client_id"));
        var rows = new List<Utterance>();
        foreach (var line in lines.Skip(1))
        {
            var place = Place(rows.Count);
            var cells = line.Split('\t');
            if (cells.Length != head.Length)
            {
                throw new CorpusException($"{place} has {cells.Length} cells, but the head line has {head.Length} columns.");
            }

            if (string.IsNullOrWhiteSpace(cells[sentence]))
            {
                throw new CorpusException($"{place} has an empty sentence.");
            }

            var id = Path.GetFileNameWithoutExtension(cells[audio]);
            var voice = client >= 0 && cells[client] != "" ? cells[client] : UnknownVoice;
            rows.Add(new Utterance(
                id,
                Clip(cells[audio], place),
                Start: 0,
                Duration: 0,
                cells[sentence].Trim(),
                Path.GetFileName(folder),
                Path.GetFileNameWithoutExtension(path),
                voice,
                id,
                Position: 0));
        }

        return rows.Count > 0
            ? CorpusSource.OfWholeFiles(folder, rows, Place, progress)
            : throw new CorpusException($"{path} holds no utterance; expected a row for each below its head line.");

        string Place(int row) => $"{path}, line {row + 2}";

        int Column(string name) => Array.IndexOf(head, name) is var at and >= 0
            ? at
            : throw new CorpusException($"{path} has no column {name} in its first line; a table of Common Voice has path, sentence and client_id, parted by tabs.");

        string Clip(string name, string place)
        {
            // The oldest releases leave the extension out.
            string[] candidates = [$"clips/{name}", $"clips/{name}.mp3"];
            return candidates.FirstOrDefault(c => name != "" && File.Exists(Path.Combine(folder, c)))
                ?? throw new CorpusException($"{place} names the clip \"{name}\", which does not exist in {Path.Combine(folder, "clips")}.");
        }
    }
}
