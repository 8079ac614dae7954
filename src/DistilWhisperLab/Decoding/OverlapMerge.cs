namespace DistilWhisperLab.Decoding;

/// <summary>A token and, where that was asked for, when it was spoken.</summary>
/// <param name="Id">The token.</param>
/// <param name="Start">Its start in seconds.</param>
/// <param name="End">Its end in seconds.</param>
/// <param name="Probability">Its probability.</param>
internal readonly record struct SpokenToken(int Id, double Start = 0, double End = 0, double Probability = 0);

/// <summary>
/// Joins token sequences that were written for overlapping stretches of audio
/// (<c>_find_longest_common_sequence</c> of transformers' Whisper tokenizer).
/// </summary>
internal static class OverlapMerge
{
    // Favours a long overlap among equally good ones.
    private const double PerToken = 1.0 / 10000;

    /// <summary>
    /// Slides each sequence over the end of the one before it to where the most tokens agree (at least two), and cuts
    /// both in the middle of that overlap: its left half is heard best on the left, its right half on the right.
    /// Sequences that agree nowhere follow one another. A token agrees only with one that is not spoken earlier, so that
    /// a phrase said twice is not taken for one.
    /// </summary>
    /// <param name="sequences">The sequences in order of time, at least one.</param>
    public static IReadOnlyList<SpokenToken> Merge(IReadOnlyList<IReadOnlyList<SpokenToken>> sequences)
    {
        var merged = new List<SpokenToken>();
        SpokenToken[] left = [.. sequences[0]];
        foreach (var sequence in sequences.Skip(1))
        {
            SpokenToken[] right = [.. sequence];
            var (leftCut, rightCut) = Cuts(left, right);
            merged.AddRange(left.AsSpan(..leftCut));
            left = right[rightCut..];
        }

        merged.AddRange(left);
        return merged;
    }

    /// <summary>Where the left sequence stops to count and the right one begins to.</summary>
    private static (int Left, int Right) Cuts(SpokenToken[] left, SpokenToken[] right)
    {
        var (best, cuts) = (0.0, (left.Length, 0));
        // The right sequence's first token lies `shift` tokens before the left one's end.
        for (var shift = 1; shift < left.Length + right.Length; shift++)
        {
            var leftStart = Math.Max(0, left.Length - shift);
            var leftStop = Math.Min(left.Length, left.Length + right.Length - shift);
            var rightStart = Math.Max(0, shift - left.Length);
            var rightStop = Math.Min(right.Length, shift);
            var matches = 0;
            for (var i = 0; i < leftStop - leftStart; i++)
            {
                var (before, after) = (left[leftStart + i], right[rightStart + i]);
                matches += before.Id == after.Id && before.Start <= after.Start ? 1 : 0;
            }

            var score = (double)matches / shift + shift * PerToken;
            if (matches > 1 && score > best)
            {
                (best, cuts) = (score, ((leftStart + leftStop) / 2, (rightStart + rightStop) / 2));
            }
        }

        return cuts;
    }
}
