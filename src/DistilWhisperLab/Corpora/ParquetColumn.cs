using System.Globalization;
using System.Text;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace DistilWhisperLab.Corpora;

/// <summary>
/// Columns of a Parquet row group, a cell a row. Parquet.Net's own conversions put the cells of a struct's child into
/// the wrong rows where some are null, so levels and values are read and written apart.
/// </summary>
internal static class ParquetColumn
{
    /// <summary>The column at a path, for example <c>audio</c>, <c>bytes</c>, or null.</summary>
    public static DataField? Find(ParquetSchema schema, params string[] path) =>
        schema.DataFields.FirstOrDefault(f => f.MaxRepetitionLevel == 0 && f.Path.ToList().SequenceEqual(path));

    /// <summary>The cells of a column: strings, byte arrays, numbers or null.</summary>
    /// <exception cref="NotSupportedException">The column holds something else.</exception>
    public static object?[] Read(ParquetRowGroupReader group, DataField field)
    {
        using var data = group.ReadRawColumnDataBaseAsync(field, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        var rows = checked((int)group.RowCount);
        return data switch
        {
            RawColumnData<ReadOnlyMemory<char>> text => Spread(text, field, rows, value => value.ToString()),
            RawColumnData<ReadOnlyMemory<byte>> bytes => Spread(bytes, field, rows, value => value.ToArray()),
            RawColumnData<int> numbers => Spread(numbers, field, rows, value => value),
            RawColumnData<long> numbers => Spread(numbers, field, rows, value => value),
            RawColumnData<float> numbers => Spread(numbers, field, rows, value => value),
            RawColumnData<double> numbers => Spread(numbers, field, rows, value => value),
            _ => throw new NotSupportedException($"its column {field.Path} holds neither text nor bytes nor plain numbers"),
        };
    }

    /// <summary>Whether a column's cells are texts.</summary>
    public static bool IsText(DataField field) =>
        field.ClrType == typeof(ReadOnlyMemory<char>) || field.ClrType == typeof(ReadOnlyMemory<byte>);

    /// <summary>Whether a column's cells are whole numbers that <see cref="Read"/> knows.</summary>
    public static bool IsWhole(DataField field) => field.ClrType == typeof(int) || field.ClrType == typeof(long);

    /// <summary>Whether a column's cells are such numbers or floating ones.</summary>
    public static bool IsNumber(DataField field) =>
        IsWhole(field) || field.ClrType == typeof(float) || field.ClrType == typeof(double);

    /// <summary>A cell as text; null for an empty one.</summary>
    public static string? Text(object? cell) => cell switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => cell?.ToString(),
    };

    /// <summary>Writes a column of strings.</summary>
    public static Task WriteAsync(ParquetRowGroupWriter group, DataField field, IReadOnlyList<string?> cells) =>
        WriteAsync<ReadOnlyMemory<char>>(
            group, field, [.. cells.Where(c => c is not null).Select(c => c.AsMemory())], [.. cells.Select(c => c is not null)]);

    /// <summary>Writes a column of byte arrays.</summary>
    public static Task WriteAsync(ParquetRowGroupWriter group, DataField field, IReadOnlyList<byte[]?> cells) =>
        WriteAsync<ReadOnlyMemory<byte>>(
            group, field, [.. cells.OfType<byte[]>().Select(c => (ReadOnlyMemory<byte>)c)], [.. cells.Select(c => c is not null)]);

    /// <summary>Writes a column of numbers.</summary>
    public static Task WriteAsync<T>(ParquetRowGroupWriter group, DataField field, IReadOnlyList<T> cells)
        where T : struct =>
        WriteAsync<T>(group, field, [.. cells], [.. cells.Select(_ => true)]);

    private static Task WriteAsync<T>(ParquetRowGroupWriter group, DataField field, T[] values, bool[] present)
        where T : struct
    {
        // A struct that is there and whose child is not lies one level below the child.
        var levels = present.Select(p => p ? field.MaxDefinitionLevel : field.MaxDefinitionLevel - 1).ToArray();
        return group.WriteAllPartsAsync<T>(
            field, values, field.MaxDefinitionLevel > 0 ? levels : null, null, CancellationToken.None);
    }

    private static object?[] Spread<T>(RawColumnData<T> data, DataField field, int rows, Func<T, object> value)
        where T : struct
    {
        var cells = new object?[rows];
        var next = 0;
        for (var row = 0; row < rows; row++)
        {
            if (field.MaxDefinitionLevel == 0 || data.DefinitionLevels[row] == field.MaxDefinitionLevel)
            {
                cells[row] = value(data.Values[next++]);
            }
        }

        return cells;
    }
}
