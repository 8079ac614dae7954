using System.Text.RegularExpressions;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>
/// Parquet shards as Hugging Face <c>datasets</c> writes them: a struct <c>audio</c> of encoded bytes and a name, a
/// column of text, and whatever else of a manifest's columns there is. A row group's encoded audio is in memory at a
/// time, or two.
/// </summary>
internal sealed partial class ParquetShards
{
    /// <summary>The key in the footer of shards that the lab wrote: their durations need no measuring.</summary>
    public const string LabKey = "distilwhisperlab";

    private const int RowGroupsInMemory = 2;
    private const string UnknownVoice = "unknown";

    private static readonly string[] TextColumns = ["text", "sentence", "transcription", "norm_text"];
    private static readonly string[] VoiceColumns = ["voice", "speaker_id", "client_id"];

    private readonly Dictionary<string, ParquetShard> _shards;
    private readonly LinkedList<(ParquetShard Shard, int Group, object?[] Audio)> _groups = [];

    private ParquetShards(IEnumerable<ParquetShard> shards) => _shards = shards.ToDictionary(s => Path.GetFileName(s.File));

    /// <summary>Reads everything but the audio, and that too, once, where it alone tells the durations.</summary>
    /// <exception cref="CorpusException">A shard is missing or damaged, or a row is wrong.</exception>
    public static CorpusSource Open(IReadOnlyList<string> files, IProgress<Progress>? progress)
    {
        CheckComplete(files);
        var shards = files.Select(f => new ParquetShard(f)).ToList();
        var reader = new ParquetShards(shards);
        var folder = Directory.GetParent(Path.GetFullPath(files[0]))!;
        // datasets puts a repository's shards into data/, which names nothing.
        var domain = folder.Name == "data" && folder.Parent is { } repository ? repository.Name : folder.Name;
        var rows = shards.SelectMany(shard => Rows(shard, domain)).ToList();
        if (rows.Count == 0)
        {
            throw new CorpusException($"{files[0]} holds no utterance; expected a row for each.");
        }

        string Place(int row) => reader.Place(rows[row].Audio);
        CorpusSource.CheckIds(rows, Place);
        var source = new CorpusSource(rows, Place, audio => reader.Find(audio).Shard.File, reader.Decode);
        return shards.All(s => s.Metadata.ContainsKey(LabKey))
            ? source
            : source with
            {
                Utterances = DurationIndex.Fill(
                    Path.GetDirectoryName(Path.GetFullPath(files[0]))!, source, audio => reader.WithFile(audio, AudioLength.Seconds), progress),
            };
    }

    private static IEnumerable<Utterance> Rows(ParquetShard shard, string folder)
    {
        var name = Path.GetFileName(shard.File);
        var stem = Path.GetFileNameWithoutExtension(name);
        var numbered = ShardName().Match(stem);
        if (!shard.Columns.Contains("audio"))
        {
            throw new CorpusException($"{shard.File} has no column audio; it has {string.Join(", ", shard.Columns)}.");
        }

        var text = TextColumns.Select(c => shard.Column(c)).FirstOrDefault(c => c is not null)
            ?? throw new CorpusException($"{shard.File} has no column {string.Join(", ", TextColumns[..^1])} or {TextColumns[^1]}; it has {string.Join(", ", shard.Columns)}.");
        var voice = VoiceColumns.Select(c => shard.Column(c)).FirstOrDefault(c => c is not null);
        var (id, recording, position) = (shard.Column("id"), shard.Column("recording"), shard.Column("position"));
        var (domain, split, fault) = (shard.Column("domain"), shard.Column("split"), shard.Column("fault"));
        var duration = shard.Metadata.ContainsKey(LabKey) ? shard.Column("duration") : null;
        var positions = new Dictionary<string, int>();
        for (var row = 0; row < shard.Rows; row++)
        {
            string? Cell(object?[]? column) => ParquetColumn.Text(column?[row]);

            var spoken = Cell(text);
            if (string.IsNullOrWhiteSpace(spoken))
            {
                throw new CorpusException($"{shard.File}, row {row + 1} has an empty text.");
            }

            var own = Cell(id) ?? $"{stem}-{row}";
            var from = Cell(recording) ?? own;
            positions[from] = positions.GetValueOrDefault(from, -1) + 1;
            yield return new Utterance(
                own,
                $"{name}#{row}",
                Start: 0,
                Convert.ToDouble(duration?[row]),
                spoken,
                Cell(domain) ?? folder,
                Cell(split) ?? (numbered.Success ? numbered.Groups[1].Value : stem),
                Cell(voice) ?? UnknownVoice,
                from,
                position?[row] is { } number ? Convert.ToInt32(number) : positions[from],
                Cell(fault));
        }
    }

    /// <summary>Throws where numbered shards lack one of their number.</summary>
    private static void CheckComplete(IReadOnlyList<string> files)
    {
        var numbered = files.Select(f => ShardName().Match(Path.GetFileNameWithoutExtension(f))).Where(m => m.Success);
        foreach (var set in files.Count > 1 ? numbered.GroupBy(m => (Split: m.Groups[1].Value, Total: m.Groups[3].Value)) : [])
        {
            var numbers = set.Select(m => int.Parse(m.Groups[2].Value)).ToHashSet();
            var missing = Enumerable.Range(0, int.Parse(set.Key.Total)).Where(n => !numbers.Contains(n)).ToList();
            if (missing.Count > 0)
            {
                throw new CorpusException(
                    $"{Path.GetDirectoryName(files[0])} lacks the shard {set.Key.Split}-{missing[0]:00000}-of-{set.Key.Total}.parquet; bring it in or name the shards' files one by one.");
            }
        }
    }

    private AudioClip Decode(string audio) => WithFile(audio, path => AudioFile.Load(path));

    /// <summary>Decoders, ffmpeg among them, want a file: the row's bytes as one, for as long as it is used.</summary>
    private T WithFile<T>(string audio, Func<string, T> use)
    {
        var bytes = Bytes(audio);
        var path = Path.Combine(Path.GetTempPath(), $"distilwhisperlab-{Guid.NewGuid():N}");
        try
        {
            File.WriteAllBytes(path, bytes);
            return use(path);
        }
        catch (AudioException e)
        {
            throw new AudioException(e.Message.Replace(path, "what its bytes hold", StringComparison.Ordinal), e);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private byte[] Bytes(string audio)
    {
        var (shard, row) = Find(audio);
        var (group, rowInGroup) = shard.At(row);
        lock (_groups)
        {
            var found = _groups.FirstOrDefault(g => g.Shard == shard && g.Group == group);
            if (found.Audio is null)
            {
                if (_groups.Count == RowGroupsInMemory)
                {
                    _groups.RemoveLast();
                }

                found = (shard, group, shard.Column(group, "audio", "bytes"));
            }
            else
            {
                _groups.Remove(found);
            }

            _groups.AddFirst(found);
            return found.Audio[rowInGroup] as byte[]
                ?? throw new CorpusException($"{Place(audio)} has no audio bytes; write the shards with the audio embedded.");
        }
    }

    private (ParquetShard Shard, int Row) Find(string audio)
    {
        var mark = audio.LastIndexOf('#');
        return (_shards[audio[..mark]], int.Parse(audio[(mark + 1)..]));
    }

    private string Place(string audio) => Find(audio) is var (shard, row) ? $"{shard.File}, row {row + 1}" : audio;

    [GeneratedRegex("^(.+)-([0-9]{5})-of-([0-9]{5})$")]
    private static partial Regex ShardName();
}
