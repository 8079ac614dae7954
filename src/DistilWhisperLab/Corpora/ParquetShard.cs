using Parquet;
using Parquet.Schema;

namespace DistilWhisperLab.Corpora;

/// <summary>One Parquet file of a corpus: its footer, read once, and its row groups, read when they are asked for.</summary>
internal sealed class ParquetShard
{
    private readonly long[] _ends; // the row after the last one of each row group

    /// <summary>Reads the footer.</summary>
    /// <exception cref="CorpusException">The file is missing or is no Parquet file.</exception>
    public ParquetShard(string path)
    {
        File = path;
        _ends = Read(reader =>
        {
            Metadata = reader.CustomMetadata ?? [];
            Columns = [.. reader.Schema.Fields.Select(f => f.Name)];
            HasAudioBytes = ParquetColumn.Find(reader.Schema, "audio", "bytes") is not null;
            long end = 0;
            return reader.RowGroups.Select(group => end += group.RowCount).ToArray();
        });
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>Keys and values of the footer.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private set; } = new Dictionary<string, string>();

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; private set; } = [];

    /// <summary>Whether there is encoded audio.</summary>
    public bool HasAudioBytes { get; private set; }

    /// <summary>The number of rows.</summary>
    public int Rows => _ends is [] ? 0 : checked((int)_ends[^1]);

    /// <summary>Which row group a row lies in, and as which of its rows.</summary>
    public (int Group, int Row) At(int row)
    {
        var group = Array.FindIndex(_ends, end => row < end);
        return (group, (int)(row - (group > 0 ? _ends[group - 1] : 0)));
    }

    /// <summary>One column of the whole file, or null where there is none of that name whose type fits.</summary>
    public object?[]? Column(string name, Func<DataField, bool> fits) => !Columns.Contains(name)
        ? null
        : Read(reader => ParquetColumn.Find(reader.Schema, name) is { } field && fits(field)
            ? Enumerable.Range(0, reader.RowGroupCount).SelectMany(g => Cells(reader, g, field)).ToArray()
            : null);

    /// <summary>One column of a row group.</summary>
    public object?[] Column(int group, params string[] path) =>
        Read(reader => Cells(reader, group, ParquetColumn.Find(reader.Schema, path)!));

    private static object?[] Cells(ParquetReader reader, int group, DataField field)
    {
        using var rows = reader.OpenRowGroupReader(group);
        return ParquetColumn.Read(rows, field);
    }

    private T Read<T>(Func<ParquetReader, T> read)
    {
        try
        {
            return Task.Run(async () =>
            {
                await using var reader = await ParquetReader.CreateAsync(File, null, CancellationToken.None);
                return read(reader);
            }).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is not (LabException or OutOfMemoryException)) // whatever comes of damaged data
        {
            throw new CorpusException($"{File} cannot be read as a Parquet file: {e.Message.TrimEnd('.')}.", e);
        }
    }
}
