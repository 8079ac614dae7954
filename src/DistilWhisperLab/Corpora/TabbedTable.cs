namespace DistilWhisperLab.Corpora;

/// <summary>A table whose cells are parted by tabs, with the columns' names in its first line; read a row at a time.</summary>
internal sealed class TabbedTable
{
    private readonly string _path;
    private readonly string _expected;
    private readonly string[] _head;

    /// <summary>Reads the head line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">For messages: which columns such a table has.</param>
    /// <exception cref="CorpusException">The file cannot be read.</exception>
    public TabbedTable(string path, string expected)
    {
        (_path, _expected) = (path, expected);
        _head = CorpusSource.Lines(path).FirstOrDefault()?.Split('\t') ?? [];
    }

    /// <summary>How a message names a row, counted from 0.</summary>
    public static string Place(string path, int row) => $"{path}, line {row + 2}";

    /// <summary>Where a column stands; null where there is none.</summary>
    public int? FindColumn(string name) => Array.IndexOf(_head, name) is var at and >= 0 ? at : null;

    /// <summary>Where a column stands.</summary>
    /// <exception cref="CorpusException">There is none.</exception>
    public int Column(string name) => FindColumn(name)
        ?? throw new CorpusException($"{_path} has no column {name} in its first line; {_expected}.");

    /// <summary>The rows' cells.</summary>
    /// <exception cref="CorpusException">A row has more cells or less than there are columns.</exception>
    public IEnumerable<string[]> Rows()
    {
        foreach (var (row, line) in CorpusSource.Lines(_path).Skip(1).Index())
        {
            var cells = line.Split('\t');
            yield return cells.Length == _head.Length
                ? Array.ConvertAll(cells, Unquoted)
                : throw new CorpusException($"{Place(_path, row)} has {cells.Length} cells, but the head line has {_head.Length} columns.");
        }
    }

    /// <summary>
    /// A cell that was written as CSV writes one with quotation marks: in such marks, those within doubled. A mark that
    /// stands otherwise is the text's own.
    /// </summary>
    private static string Unquoted(string cell)
    {
        if (cell is not ['"', .. var inner, '"'])
        {
            return cell;
        }

        var withoutPairs = inner.Replace("\"\"", "", StringComparison.Ordinal);
        return withoutPairs.Contains('"') ? cell : inner.Replace("\"\"", "\"", StringComparison.Ordinal);
    }
}
