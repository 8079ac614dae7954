namespace DistilWhisperLab.Cli;

/// <summary>A table of plain text, its columns as wide as their widest cell.</summary>
/// <param name="columns">The headings; a <c>&gt;</c> before one sets its column to the right.</param>
internal sealed class TextTable(params string[] columns)
{
    private readonly List<string[]> _rows = [[.. columns.Select(column => column.TrimStart('>'))]];

    /// <summary>Adds a row of as many cells as there are columns.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = columns.Select((_, i) => _rows.Max(row => row[i].Length)).ToArray();
        return string.Join('\n', _rows.Select(row => string.Join("  ", row.Select((cell, i) =>
            columns[i].StartsWith('>') ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd()));
    }
}
