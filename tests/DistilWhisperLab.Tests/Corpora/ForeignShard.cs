using System.Text;
using DistilWhisperLab.Audio;
using Parquet;
using Parquet.Schema;
using static DistilWhisperLab.Tests.Corpora.TemporaryCorpus;

namespace DistilWhisperLab.Tests.Corpora;

/// <summary>A Parquet shard as another program writes it: a second of audio a row, and columns of any names and types.</summary>
internal sealed class ForeignShard
{
    private readonly List<DataField> _fields = [];
    private readonly List<Func<ParquetRowGroupWriter, DataField, Task>> _columns = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ForeignShard Texts(string name, params string[] cells) =>
        With(new DataField(name, typeof(string), isNullable: true), (group, field) => group.WriteAsync(field, cells, null));

    /// <summary>Texts that the file's schema does not call so.</summary>
    public ForeignShard Bytes(string name, params string[] cells) =>
        With(new DataField(name, typeof(byte[]), isNullable: true), (group, field) => group.WriteAllPartsAsync<ReadOnlyMemory<byte>>(
            field, cells.Select(c => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(c)).ToArray(), cells.Select(_ => 1).ToArray(), null, Stop));

    public ForeignShard Cells<T>(string name, params T[] cells)
        where T : struct =>
        With(new DataField<T>(name), (group, field) => group.WriteAsync<T>(field, cells, null, null, Stop));

    public async Task WriteAsync(string path, int rows)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var bytes = new DataField("bytes", typeof(byte[]), isNullable: true);
        var schema = new ParquetSchema([new StructField("audio", bytes), .. _fields]);
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(schema, file, null, append: false, Stop);
        using var group = writer.CreateRowGroup();
        var wav = AudioFile.ToWav(Steps(0.1f));
        await group.WriteAllPartsAsync<ReadOnlyMemory<byte>>(
            schema.DataFields[0], Enumerable.Repeat<ReadOnlyMemory<byte>>(wav, rows).ToArray(), Enumerable.Repeat(2, rows).ToArray(), null, Stop);
        foreach (var (column, write) in _columns.Index())
        {
            await write(group, schema.DataFields[column + 1]);
        }
    }

    private ForeignShard With(DataField field, Func<ParquetRowGroupWriter, DataField, Task> write)
    {
        _fields.Add(field);
        _columns.Add(write);
        return this;
    }
}
