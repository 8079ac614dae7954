using System.Globalization;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>
/// Tables of Common Voice: tab-separated, a head line with the columns <c>path</c>, <c>sentence</c> and, where the
/// speaker is known, <c>client_id</c>; the audio lies in <c>clips/</c> beside the table, and so may
/// <c>clip_durations.tsv</c>, with the columns <c>clip</c> and <c>duration[ms]</c>.
/// </summary>
internal static class CommonVoice
{
    /// <summary>The file of durations beside a table.</summary>
    public const string Durations = "clip_durations.tsv";

    // Those durations may hold an MP3 encoder's padding, which decoders leave out: three frames at 32 kHz and less.
    private const double EndTolerance = 0.2;

    /// <summary>
    /// Reads a table: a speaker's clips are one recording in the table's order, a clip of nobody's is one of its own;
    /// the split is the table's name, the domain the folder's.
    /// </summary>
    /// <exception cref="CorpusException">A column is missing, or a row is wrong or names a missing clip.</exception>
    public static CorpusSource Open(string path, IProgress<Progress>? progress, CancellationToken stop)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var (domain, split) = (Path.GetFileName(folder), Path.GetFileNameWithoutExtension(path));
        var (texts, positions) = (new RepeatedTexts(), new Numbering<string>());
        var durations = ReadDurations(Path.Combine(folder, Durations));
        var table = new TabbedTable(path, "a table of Common Voice has path, sentence and client_id, parted by tabs");
        var (audio, sentence, client) = (table.Column("path"), table.Column("sentence"), table.FindColumn("client_id"));
        var rows = new List<Utterance>();
        foreach (var cells in table.Rows())
        {
            var place = TabbedTable.Place(path, rows.Count);
            if (string.IsNullOrWhiteSpace(cells[sentence]))
            {
                throw new CorpusException($"{place} has an empty sentence.");
            }

            var id = Path.GetFileNameWithoutExtension(cells[audio]);
            var clip = Clip(cells[audio], place);
            var speaker = client is { } at && cells[at] != "" ? texts.Of(cells[at]) : null;
            rows.Add(new Utterance(
                id,
                clip,
                Start: 0,
                durations.GetValueOrDefault(Path.GetFileName(clip)),
                cells[sentence].Trim(),
                domain,
                split,
                speaker ?? Utterance.UnknownVoice,
                speaker ?? id,
                speaker is null ? 0 : positions.Next(speaker)));
        }

        return rows.Count > 0
            ? CorpusSource.OfWholeFiles(folder, rows, row => TabbedTable.Place(path, row), progress, stop) with { EndTolerance = EndTolerance }
            : throw new CorpusException($"{path} holds no utterance; expected a row for each below its head line.");

        string Clip(string name, string place)
        {
            // The oldest releases leave the extension out.
            string[] candidates = [$"clips/{name}", $"clips/{name}.mp3"];
            return candidates.FirstOrDefault(c => name != "" && File.Exists(Path.Combine(folder, c)))
                ?? throw new CorpusException($"{place} names the clip \"{name}\", which does not exist in {Path.Combine(folder, "clips")}.");
        }
    }

    /// <summary>Seconds by clip; one that is no length is left out, so that its clip is measured.</summary>
    private static Dictionary<string, double> ReadDurations(string path)
    {
        var durations = new Dictionary<string, double>();
        if (File.Exists(path))
        {
            var table = new TabbedTable(path, "a table of durations has clip and duration[ms], parted by a tab");
            var (clip, milliseconds) = (table.Column("clip"), table.Column("duration[ms]"));
            foreach (var cells in table.Rows())
            {
                if (double.TryParse(cells[milliseconds], CultureInfo.InvariantCulture, out var length) && length > 0 && double.IsFinite(length))
                {
                    durations[cells[clip]] = length / 1000;
                }
            }
        }

        return durations;
    }
}
