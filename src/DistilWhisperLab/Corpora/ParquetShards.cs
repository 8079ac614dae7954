using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>
/// Parquet shards as Hugging Face <c>datasets</c> writes them: a struct <c>audio</c> of encoded bytes and a name, a
/// column of text, and whatever else of a manifest's columns there is. A row group's encoded audio is in memory at a
/// time, or two.
/// </summary>
internal sealed class ParquetShards
{
    /// <summary>The key in the footer of shards that the lab wrote: their durations need no measuring.</summary>
    public const string LabKey = "distilwhisperlab";

    private const int RowGroupsInMemory = 2;

    // From above a repository downwards: configuration/split/shard.
    private static readonly EnumerationOptions Depth = new() { RecurseSubdirectories = true, MaxRecursionDepth = 4 };

    private readonly Dictionary<string, ParquetShard> _shards;
    private readonly LinkedList<(ParquetShard Shard, int Group, object?[] Audio)> _groups = [];

    private ParquetShards(IEnumerable<(string Name, ParquetShard Shard)> shards) => _shards = shards.ToDictionary();

    /// <summary>The shards in a folder and below it, relative to it, in order.</summary>
    public static IReadOnlyList<string> Below(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*.parquet", Depth)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Opens one shard by itself.</summary>
    /// <exception cref="CorpusException">The shard is damaged, or a row is wrong.</exception>
    public static CorpusSource OpenFile(string path, IProgress<Progress>? progress, CancellationToken stop) =>
        Open(Path.GetDirectoryName(Path.GetFullPath(path))!, [Path.GetFileName(path)], progress, stop);

    /// <summary>Opens all shards of a folder.</summary>
    /// <exception cref="CorpusException">A shard is missing or damaged, or a row is wrong.</exception>
    public static CorpusSource OpenFolder(
        string folder, IReadOnlyList<string> names, IProgress<Progress>? progress, CancellationToken stop)
    {
        ShardNames.CheckComplete(folder, names);
        return Open(folder, names, progress, stop);
    }

    /// <summary>Reads everything but the audio, and that too, once, where it alone tells the durations.</summary>
    private static CorpusSource Open(
        string folder, IReadOnlyList<string> names, IProgress<Progress>? progress, CancellationToken stop)
    {
        var shards = names.Select(name => (Name: name, Shard: new ParquetShard(Path.Combine(folder, name)))).ToList();
        var reader = new ParquetShards(shards);
        var rows = ParquetRows.Of(shards, ShardNames.Domain(folder, names), stop);
        if (rows.Count == 0)
        {
            throw new CorpusException($"{shards[0].Shard.File} holds no utterance; expected a row for each.");
        }

        string Place(int row) => reader.Place(rows[row].Audio);
        CorpusSource.CheckIds(rows, Place);
        var source = new CorpusSource(rows, Place, audio => reader.Find(audio).Shard.File, reader.Decode);
        return source with
        {
            Utterances = DurationIndex.Fill(folder, source, audio => reader.WithFile(audio, AudioLength.Seconds), progress, stop),
        };
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
}
