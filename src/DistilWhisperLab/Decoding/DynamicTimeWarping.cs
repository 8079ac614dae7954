namespace DistilWhisperLab.Decoding;

/// <summary>
/// Dynamic time warping: the cheapest way through a matrix of costs from its first cell to its last, each step one
/// row down, one column right, or both (<c>dtw_cpu</c> of openai-whisper's <c>timing.py</c>, which may miss the
/// cheapest path where sums are equal).
/// </summary>
public static class DynamicTimeWarping
{
    private const byte Both = 0;
    private const byte Down = 1;
    private const byte Right = 2;

    /// <summary>The cells of the cheapest path in order; of equally cheap ways into a cell the one from the left is taken.</summary>
    /// <param name="costs">The matrix, row by row, <paramref name="rows"/> × <paramref name="columns"/>.</param>
    /// <param name="rows">Rows, at least one.</param>
    /// <param name="columns">Columns, at least one.</param>
    public static IReadOnlyList<(int Row, int Column)> Path(ReadOnlySpan<float> costs, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(costs.Length, rows * columns, nameof(costs));
        var steps = Steps(costs, rows, columns);
        var path = new List<(int, int)>(rows + columns);
        for (var (i, j) = (rows - 1, columns - 1); ;)
        {
            path.Add((i, j));
            if (i == 0 && j == 0)
            {
                path.Reverse();
                return path;
            }

            var step = steps[i * columns + j];
            (i, j) = (step == Right ? i : i - 1, step == Down ? j : j - 1);
        }
    }

    /// <summary>How the cheapest path enters each cell.</summary>
    private static byte[] Steps(ReadOnlySpan<float> costs, int rows, int columns)
    {
        var steps = new byte[rows * columns];
        // The sums of the row above and of this one; index 0 stands for the column before the first.
        var (above, sums) = (new float[columns + 1], new float[columns + 1]);
        above.AsSpan().Fill(float.PositiveInfinity);
        above[0] = 0;
        for (var i = 0; i < rows; i++)
        {
            sums[0] = float.PositiveInfinity;
            for (var j = 0; j < columns; j++)
            {
                var (both, down, right) = (above[j], above[j + 1], sums[j]);
                var (least, step) = both <= down && both < right ? (both, Both)
                    : down < both && down < right ? (down, Down)
                    : (right, Right);
                // Ties may favour a way that does not exist: in the first column there is nothing to the left.
                steps[i * columns + j] = j == 0 && i > 0 ? Down : i == 0 ? Right : step;
                sums[j + 1] = costs[i * columns + j] + least;
            }

            (above, sums) = (sums, above);
        }

        return steps;
    }
}
