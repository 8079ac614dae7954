namespace DistilWhisperLab.Text;

/// <summary>
/// The alignment of two sequences with the fewest errors and, among those, the most hits. Long inputs are cut in two
/// where the cheapest path crosses their middle (Hirschberg 1975), so an hour's transcript needs megabytes, not
/// gigabytes.
/// </summary>
internal static class EditAlignment
{
    private const int LargestTable = 1 << 20;

    // A hit is rewarded by less than any number of hits could add up to an error.
    private const long Error = 1L << 32;
    private const long Hit = -1;

    /// <summary>The steps from <paramref name="reference"/> to <paramref name="hypothesis"/>, in order.</summary>
    public static List<AlignmentKind> Steps(
        ReadOnlySpan<int> reference, ReadOnlySpan<int> hypothesis, int largestTable = LargestTable)
    {
        var steps = new List<AlignmentKind>(Math.Max(reference.Length, hypothesis.Length));
        Align(reference, hypothesis, largestTable, steps);
        return steps;
    }

    private static void Align(ReadOnlySpan<int> reference, ReadOnlySpan<int> hypothesis, int largestTable, List<AlignmentKind> steps)
    {
        if (reference.Length < 2 || (reference.Length + 1L) * (hypothesis.Length + 1L) <= largestTable)
        {
            Backtrace(reference, hypothesis, steps);
            return;
        }

        var half = reference.Length / 2;
        var before = LastRow(reference[..half], hypothesis, reversed: false);
        var after = LastRow(reference[half..], hypothesis, reversed: true);
        var cut = 0;
        for (var j = 0; j <= hypothesis.Length; j++)
        {
            cut = before[j] + after[^(j + 1)] < before[cut] + after[^(cut + 1)] ? j : cut;
        }

        Align(reference[..half], hypothesis[..cut], largestTable, steps);
        Align(reference[half..], hypothesis[cut..], largestTable, steps);
    }

    // Costs of the whole reference against every prefix of the hypothesis (suffix, when both are read backwards).
    private static long[] LastRow(ReadOnlySpan<int> reference, ReadOnlySpan<int> hypothesis, bool reversed)
    {
        var row = new long[hypothesis.Length + 1];
        for (var j = 0; j < row.Length; j++)
        {
            row[j] = j * Error;
        }

        for (var i = 1; i <= reference.Length; i++)
        {
            var item = reversed ? reference[^i] : reference[i - 1];
            var diagonal = row[0];
            row[0] = i * Error;
            for (var j = 1; j < row.Length; j++)
            {
                var other = reversed ? hypothesis[^j] : hypothesis[j - 1];
                var cheapest = Math.Min(diagonal + Pairing(item, other), Math.Min(row[j], row[j - 1]) + Error);
                (diagonal, row[j]) = (row[j], cheapest);
            }
        }

        return row;
    }

    private static void Backtrace(ReadOnlySpan<int> reference, ReadOnlySpan<int> hypothesis, List<AlignmentKind> steps)
    {
        var cost = new long[reference.Length + 1, hypothesis.Length + 1];
        for (var i = 0; i <= reference.Length; i++)
        {
            for (var j = 0; j <= hypothesis.Length; j++)
            {
                cost[i, j] = i == 0 || j == 0
                    ? (i + j) * Error
                    : Math.Min(
                        cost[i - 1, j - 1] + Pairing(reference[i - 1], hypothesis[j - 1]),
                        Math.Min(cost[i - 1, j], cost[i, j - 1]) + Error);
            }
        }

        // Of equally cheap last steps the pairing is preferred, then the deletion.
        var start = steps.Count;
        for (int i = reference.Length, j = hypothesis.Length; i > 0 || j > 0;)
        {
            if (i > 0 && j > 0 && cost[i, j] == cost[i - 1, j - 1] + Pairing(reference[i - 1], hypothesis[j - 1]))
            {
                steps.Add(reference[--i] == hypothesis[--j] ? AlignmentKind.Hit : AlignmentKind.Substitution);
            }
            else if (i > 0 && cost[i, j] == cost[i - 1, j] + Error)
            {
                steps.Add(AlignmentKind.Deletion);
                i--;
            }
            else
            {
                steps.Add(AlignmentKind.Insertion);
                j--;
            }
        }

        steps.Reverse(start, steps.Count - start);
    }

    private static long Pairing(int reference, int hypothesis) => reference == hypothesis ? Hit : Error;
}
