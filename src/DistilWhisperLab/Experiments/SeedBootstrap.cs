namespace DistilWhisperLab.Experiments;

/// <summary>
/// Intervals over seeds and utterances at once. Every model of a study hears the same test sets, so a draw takes seeds
/// with replacement and, independently, speakers' turns of utterances with replacement, the same for every seed and
/// setting (the bootstrap of crossed factors: Owen 2007). Of five seeds a percentile interval covers about 83 %, not 95 %; so
/// what the drawn seeds deviate from all is stretched by √(n/(n−1)) · t / 1.96, after which seeds alone give Student's
/// interval. With one seed it is the interval over utterances alone.
/// </summary>
public static class SeedBootstrap
{
    private const double NormalQuantile = 1.959964;

    /// <summary>The 95 % interval of a setting's word error rate in percent, mean over seeds and sets.</summary>
    /// <param name="runs">For each seed the counts of each test set, the same sets for every seed.</param>
    /// <param name="seed">Seeds the draws.</param>
    /// <exception cref="LabException">There is no run, or runs differ in their test sets.</exception>
    public static Interval Interval(IReadOnlyList<IReadOnlyList<WordErrorCounts>> runs, int seed = 1) =>
        Draws([runs], seed);

    /// <summary>The 95 % interval of a setting's rate minus another's, paired by seed and utterance.</summary>
    /// <param name="runs">For each seed the counts of each test set.</param>
    /// <param name="baseline">The same of the setting subtracted, with the same seeds in the same order.</param>
    /// <param name="seed">Seeds the draws.</param>
    /// <exception cref="LabException">There is no run, or the two differ in seeds or test sets.</exception>
    public static Interval Difference(
        IReadOnlyList<IReadOnlyList<WordErrorCounts>> runs,
        IReadOnlyList<IReadOnlyList<WordErrorCounts>> baseline,
        int seed = 1) => Draws([runs, baseline], seed);

    private static Interval Draws(IReadOnlyList<IReadOnlyList<WordErrorCounts>>[] sides, int seed)
    {
        Check(sides);
        var (seeds, sets) = (sides[0].Count, sides[0][0]);
        var stretch = seeds < 2 ? 0 : Math.Sqrt(seeds / (seeds - 1.0)) * StudentT.Quantile(0.975, seeds - 1) / NormalQuantile;
        return Bootstrap.Interval(
            random =>
            {
                var drawn = Bootstrap.Draw(random, seeds);
                var rates = new double[sides.Length];
                for (var set = 0; set < sets.Count; set++)
                {
                    var utterances = sets[set].Draw(random);
                    for (var side = 0; side < sides.Length; side++)
                    {
                        var bySeed = sides[side].Select(run => run[set].RateOf(utterances)).ToArray();
                        var all = bySeed.Average();
                        rates[side] += (all + stretch * (drawn.Average(s => bySeed[s]) - all)) / sets.Count;
                    }
                }

                return sides.Length == 1 ? rates[0] : rates[0] - rates[1];
            },
            seed);
    }

    private static void Check(IReadOnlyList<IReadOnlyList<WordErrorCounts>>[] sides)
    {
        if (sides.Any(side => side.Count == 0 || side[0].Count == 0))
        {
            throw new LabException("There is no run with word errors per utterance to draw from.");
        }

        var words = sides[0][0];
        if (sides.Any(side => side.Count != sides[0].Count || side.Any(run =>
            run.Count != words.Count || run.Zip(words).Any(set => !set.First.IsOfTheSame(set.Second)))))
        {
            throw new LabException("The runs to be compared differ in their seeds or test sets; compare runs of the same ones.");
        }
    }
}
