using System.Text.Json;
using DistilWhisperLab.Audio;
using Parquet;
using Parquet.Schema;

namespace DistilWhisperLab.Corpora;

/// <summary>Writes one Parquet shard with the columns and the footer that <c>datasets</c> gives a set of speech.</summary>
internal static class ShardWriter
{
    // What datasets takes for audio: a reader holds so many rows' audio in memory.
    private const int RowsPerGroup = 100;

    /// <summary>The columns and their types in the words of <c>datasets</c>.</summary>
    public static IReadOnlyList<(string Name, string Type)> Features { get; } =
    [
        ("id", "string"), ("audio", "audio"), ("text", "string"), ("domain", "string"), ("split", "string"), ("voice", "string"),
        ("recording", "string"), ("position", "int32"), ("duration", "float64"), ("fault", "string"),
    ];

    private static ParquetSchema Schema => new(Features.Select(Field));

    /// <summary>Writes rows with their audio.</summary>
    /// <param name="stream">Receives the file.</param>
    /// <param name="rows">Each with the bytes of a WAV file; taken a row group at a time.</param>
    /// <param name="identity">What the shard is made of, for its footer.</param>
    public static void Write(Stream stream, IEnumerable<(Utterance Row, byte[] Audio)> rows, string identity) =>
        Task.Run(async () =>
        {
            var schema = Schema;
            await using var writer = await ParquetWriter.CreateAsync(schema, stream, null, append: false, CancellationToken.None);
            writer.CustomMetadata = new Dictionary<string, string>
            {
                ["huggingface"] = FeaturesJson(),
                [ParquetShards.LabKey] = identity,
            };
            foreach (var group in rows.Chunk(RowsPerGroup))
            {
                using var columns = writer.CreateRowGroup();
                foreach (var field in schema.DataFields)
                {
                    await WriteAsync(columns, field, group);
                }

                columns.CompleteValidate();
            }
        }).GetAwaiter().GetResult();

    private static Task WriteAsync(ParquetRowGroupWriter columns, DataField field, (Utterance Row, byte[] Audio)[] rows)
    {
        Task Text(Func<Utterance, string?> cell) => ParquetColumn.WriteAsync(columns, field, [.. rows.Select(r => cell(r.Row))]);

        return field.Path.ToString() switch
        {
            "id" => Text(r => r.Id),
            "audio/bytes" => ParquetColumn.WriteAsync(columns, field, [.. rows.Select(r => (byte[]?)r.Audio)]),
            "audio/path" => Text(r => r.Id.Replace('/', '_') + ".wav"),
            "text" => Text(r => r.Text),
            "domain" => Text(r => r.Domain),
            "split" => Text(r => r.Split),
            "voice" => Text(r => r.Voice),
            "recording" => Text(r => r.Recording),
            "position" => ParquetColumn.WriteAsync<int>(columns, field, [.. rows.Select(r => r.Row.Position)]),
            "duration" => ParquetColumn.WriteAsync<double>(columns, field, [.. rows.Select(r => r.Row.Duration)]),
            "fault" => Text(r => r.Fault),
            var unknown => throw new InvalidOperationException($"No utterance has a column {unknown}."),
        };
    }

    private static Field Field((string Name, string Type) feature) => feature.Type switch
    {
        "audio" => new StructField(
            feature.Name,
            new DataField("bytes", typeof(byte[]), isNullable: true),
            new DataField("path", typeof(string), isNullable: true)),
        "int32" => new DataField<int>(feature.Name, nullable: true),
        "float64" => new DataField<double>(feature.Name, nullable: true),
        _ => new DataField(feature.Name, typeof(string), isNullable: true),
    };

    /// <summary>What <c>datasets</c> keeps in the footer: without it, audio would load as a plain struct.</summary>
    private static string FeaturesJson()
    {
        var features = Features.ToDictionary(
            f => f.Name,
            f => f.Type == "audio"
                ? new Dictionary<string, object> { ["sampling_rate"] = LogMelSpectrogram.SampleRate, ["_type"] = "Audio" }
                : new Dictionary<string, object> { ["dtype"] = f.Type, ["_type"] = "Value" });
        return JsonSerializer.Serialize(new { info = new { features } });
    }
}
