using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Experiments;

/// <summary>Confidence intervals by drawing anew from what was measured (Efron 1979).</summary>
public static class Bootstrap
{
    private const int Resamples = 1000;

    /// <summary>The 95 % percentile interval of a statistic.</summary>
    /// <param name="count">How many measurements there are.</param>
    /// <param name="statistic">The statistic of a draw, given as numbers of measurements, some of them repeated.</param>
    /// <param name="seed">The run's seed.</param>
    public static Interval Interval(int count, Func<int[], double> statistic, int seed) =>
        Interval(random => statistic(Draw(random, count)), seed);

    /// <summary>
    /// The same where neighbouring measurements belong together, such as utterances of one speaker in one room: whole
    /// turns are drawn, since what they share makes each of their members tell less than one alone would.
    /// </summary>
    /// <param name="turns">How many measurements each turn has, in order.</param>
    /// <param name="statistic">The statistic of a draw, given as numbers of measurements, some of them repeated.</param>
    /// <param name="seed">The run's seed.</param>
    public static Interval Interval(IReadOnlyList<int> turns, Func<int[], double> statistic, int seed) =>
        Interval(random => statistic(Draw(random, turns)), seed);

    /// <summary>The 95 % percentile interval of a statistic that makes its draws itself.</summary>
    internal static Interval Interval(Func<Random, double> resample, int seed)
    {
        var random = Seeds.Random(seed);
        var values = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            values[i] = resample(random);
        }

        Array.Sort(values);
        return new Interval(values[(int)(0.025 * Resamples)], values[(int)(0.975 * Resamples) - 1]);
    }

    /// <summary>As many numbers below <paramref name="count"/>, drawn with replacement.</summary>
    internal static int[] Draw(Random random, int count)
    {
        var drawn = new int[count];
        for (var i = 0; i < count; i++)
        {
            drawn[i] = random.Next(count);
        }

        return drawn;
    }

    /// <summary>The measurements of as many turns as there are, drawn with replacement.</summary>
    internal static int[] Draw(Random random, IReadOnlyList<int> turns)
    {
        var starts = new int[turns.Count];
        for (var i = 1; i < turns.Count; i++)
        {
            starts[i] = starts[i - 1] + turns[i - 1];
        }

        return [.. Draw(random, turns.Count).SelectMany(turn => Enumerable.Range(starts[turn], turns[turn]))];
    }
}
