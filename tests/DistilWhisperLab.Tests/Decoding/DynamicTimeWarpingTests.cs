using CsCheck;
using DistilWhisperLab.Decoding;

namespace DistilWhisperLab.Tests.Decoding;

public class DynamicTimeWarpingTests
{
    private static readonly Gen<(int Rows, int Columns, float[] Costs)> Matrices =
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 5]).SelectMany((rows, columns) =>
            // Multiples of 1/4 add without rounding, so sums can be compared for equality; few values make ties.
            Gen.Int[-4, 4].Select(i => i / 4f).Array[rows * columns].Select(costs => (rows, columns, costs)));

    [Fact]
    public void No_other_path_is_cheaper() => Matrices.Sample((rows, columns, costs) =>
    {
        var path = DynamicTimeWarping.Path(costs, rows, columns);
        Assert.Equal(Cheapest(costs, columns, rows - 1, columns - 1), path.Sum(p => costs[p.Row * columns + p.Column]));
    });

    [Fact]
    public void A_path_leads_from_the_first_cell_to_the_last_in_single_steps() => Matrices.Sample((rows, columns, costs) =>
    {
        var path = DynamicTimeWarping.Path(costs, rows, columns);
        Assert.Equal((0, 0), path[0]);
        Assert.Equal((rows - 1, columns - 1), path[^1]);
        foreach (var (from, to) in path.Zip(path.Skip(1)))
        {
            Assert.Contains((to.Row - from.Row, to.Column - from.Column), new[] { (1, 0), (0, 1), (1, 1) });
        }
    });

    [Fact]
    public void Costs_that_are_no_numbers_still_give_a_path() =>
        Assert.Equal((2, 3), DynamicTimeWarping.Path(Enumerable.Repeat(float.NaN, 12).ToArray(), 3, 4)[^1]);

    /// <summary>The definition: every way, tried out.</summary>
    private static float Cheapest(float[] costs, int columns, int row, int column)
    {
        var before = new List<float>();
        foreach (var (i, j) in new[] { (row - 1, column), (row, column - 1), (row - 1, column - 1) })
        {
            if (i >= 0 && j >= 0)
            {
                before.Add(Cheapest(costs, columns, i, j));
            }
        }

        return costs[row * columns + column] + (before.Count == 0 ? 0 : before.Min());
    }
}
