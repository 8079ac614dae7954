using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>
/// Writes a corpus as Parquet shards that Hugging Face <c>datasets</c> loads: <c>{split}-00000-of-000NN.parquet</c>,
/// with each utterance's audio in it, and a dataset card. Stopped, it keeps the finished shards; further splits may be
/// written into the same folder.
/// </summary>
public sealed partial class ParquetExport
{
    /// <summary>Rows of a shard by default.</summary>
    public const int DefaultRowsPerShard = 1000;

    // Raised when the same rows come out as other bytes.
    private const int Format = 1;

    private readonly Corpus _corpus;
    private readonly string _directory;
    private readonly List<(string Path, Utterance[] Rows)> _shards = [];
    private readonly Dictionary<string, byte[]> _hashes = [];
    private readonly string[] _stale;

    /// <summary>Plans the shards.</summary>
    /// <param name="corpus">What to write.</param>
    /// <param name="directory">Receives the files.</param>
    /// <param name="rowsPerShard">The most rows of a shard.</param>
    /// <exception cref="CorpusException">
    /// Two splits would share file names, or the folder holds files of others that would be overwritten.
    /// </exception>
    public ParquetExport(Corpus corpus, string directory, int rowsPerShard = DefaultRowsPerShard)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rowsPerShard);
        (_corpus, _directory) = (corpus, directory);
        var splits = new Dictionary<string, string>();
        foreach (var split in corpus.Utterances.GroupBy(u => u.Split))
        {
            var stem = FileStem(split.Key);
            if (!splits.TryAdd(stem, split.Key))
            {
                throw new CorpusException($"The splits {splits[stem]} and {split.Key} would both be written to {stem}-*.parquet; rename one.");
            }

            var parts = split.Chunk(rowsPerShard).ToArray();
            _shards.AddRange(parts.Index().Select(p =>
                (Path.Combine(directory, $"{stem}-{p.Index:00000}-of-{parts.Length:00000}.parquet"), p.Item)));
        }

        string[] present = Directory.Exists(directory)
            ? [.. splits.Keys.SelectMany(stem => Directory.GetFiles(directory, stem + DatasetCard.ShardSuffix))]
            : [];
        if (present.FirstOrDefault(f => IdentityOf(f) is null) is { } foreign)
        {
            throw new CorpusException($"{foreign} is not of this export and would be mixed up with its shards; choose another folder.");
        }

        DatasetCard.CheckReplaceable(directory);
        _stale = [.. present.Except(_shards.Select(s => s.Path))];
    }

    /// <summary>Writes the shards that are not there yet, then the card.</summary>
    /// <param name="progress">Told of every utterance.</param>
    /// <param name="stop">Ends the work between two utterances.</param>
    /// <exception cref="CorpusException">An utterance has no usable audio.</exception>
    /// <exception cref="LabException">Another export is writing there.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; the message says how to go on.</exception>
    public void Write(IProgress<Progress> progress, CancellationToken stop)
    {
        using var folder = FolderLock.Take(_directory);
        RemoveRemains();
        var total = _shards.Sum(s => s.Rows.Length);
        var done = 0;
        foreach (var (number, (path, rows)) in _shards.Index())
        {
            var identity = Identity(rows);
            if (File.Exists(path) && IdentityOf(path) == identity)
            {
                done += rows.Length;
                continue;
            }

            try
            {
                AtomicFile.Write(path, stream => ShardWriter.Write(stream, Rows(rows), identity));
            }
            catch (OperationCanceledException)
            {
                throw new OperationCanceledException(
                    $"{number} of {_shards.Count} shards are finished and kept; run the same command again to go on.");
            }
        }

        Array.ForEach(_stale, File.Delete);
        DatasetCard.Write(_directory);

        IEnumerable<(Utterance Row, byte[] Audio)> Rows(Utterance[] rows)
        {
            foreach (var row in rows)
            {
                stop.ThrowIfCancellationRequested();
                yield return (row, AudioFile.ToWav(_corpus.Audio(row)));
                progress.Report(new Progress("exporting", ++done, total));
            }
        }
    }

    /// <summary>Removes what a killed export had begun to write.</summary>
    private void RemoveRemains()
    {
        string[] files = [.. _shards.Select(s => FileStem(s.Rows[0].Split)).Distinct().Select(stem => stem + DatasetCard.ShardSuffix), DatasetCard.FileName];
        Array.ForEach(files, file => AtomicFile.RemoveRemains(_directory, file));
    }

    /// <summary>A split's name as <c>datasets</c> allows it, for its files: letters, digits and underscores.</summary>
    internal static string FileStem(string split) =>
        split == "" ? "all" : OtherThanWord().Replace(split, "_");

    private static string? IdentityOf(string path) => new ParquetShard(path).Metadata.GetValueOrDefault(ParquetShards.LabKey);

    /// <summary>What a shard is made of: its rows and the files that their audio comes from.</summary>
    private string Identity(Utterance[] rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([Format]);
        foreach (var row in rows)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Manifest.Line(row) + "\n"));
        }

        foreach (var file in rows.SelectMany(_corpus.Files).Distinct())
        {
            if (!_hashes.TryGetValue(file, out var content))
            {
                using var stream = File.OpenRead(file);
                _hashes[file] = content = SHA256.HashData(stream);
            }

            hash.AppendData(content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex OtherThanWord();
}
