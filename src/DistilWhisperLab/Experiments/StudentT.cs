namespace DistilWhisperLab.Experiments;

/// <summary>
/// Student's t distribution (Student 1908): the interval of a mean of few values whose spread is estimated from the
/// same values.
/// </summary>
public static class StudentT
{
    /// <summary>
    /// The probability of a value no greater than <paramref name="t"/>, by the finite sums for whole degrees of
    /// freedom (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4).
    /// </summary>
    public static double Probability(double t, int degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degreesOfFreedom, 1);
        var angle = Math.Atan(t / Math.Sqrt(degreesOfFreedom));
        var (sine, cosine) = Math.SinCos(angle);
        var odd = degreesOfFreedom % 2 == 1;
        double term = odd ? cosine : 1, sum = degreesOfFreedom == 1 ? 0 : term;
        for (var k = odd ? 3 : 2; k <= degreesOfFreedom - 2; k += 2)
        {
            term *= cosine * cosine * (k - 1) / k;
            sum += term;
        }

        var within = odd ? 2 / Math.PI * (angle + sine * sum) : sine * sum;
        return 0.5 * (1 + within);
    }

    /// <summary>The value below which a share of the distribution lies.</summary>
    /// <param name="probability">The share, above 0 and below 1.</param>
    /// <param name="degreesOfFreedom">1 or more.</param>
    public static double Quantile(double probability, int degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(probability, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(probability, 1);
        var (low, high) = (-1.0, 1.0);
        while (Probability(low, degreesOfFreedom) > probability)
        {
            low *= 2;
        }

        while (Probability(high, degreesOfFreedom) < probability)
        {
            high *= 2;
        }

        for (var i = 0; i < 100; i++) // halves the interval to the last bit
        {
            var middle = 0.5 * (low + high);
            (low, high) = Probability(middle, degreesOfFreedom) < probability ? (middle, high) : (low, middle);
        }

        return 0.5 * (low + high);
    }

    /// <summary>The 95 % interval of the mean of values, taken as normal; null for fewer than two, which show no spread.</summary>
    public static Interval? MeanInterval(IReadOnlyCollection<double> values)
    {
        if (values.Count < 2)
        {
            return null;
        }

        var mean = values.Average();
        var variance = values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1);
        var half = Quantile(0.975, values.Count - 1) * Math.Sqrt(variance / values.Count);
        return new Interval(mean - half, mean + half);
    }
}
