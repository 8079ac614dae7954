using DistilWhisperLab.Experiments;

namespace DistilWhisperLab.Tests.Experiments;

public class StudentTTests
{
    [Theory]
    [InlineData(0.975, 1, 12.7062)]
    [InlineData(0.975, 2, 4.3027)]
    [InlineData(0.975, 3, 3.1824)]
    [InlineData(0.975, 4, 2.7764)]
    [InlineData(0.95, 5, 2.0150)]
    [InlineData(0.975, 10, 2.2281)]
    [InlineData(0.995, 29, 2.7564)]
    [InlineData(0.975, 1000, 1.9623)]
    [InlineData(0.025, 4, -2.7764)]
    public void Quantiles_are_those_of_the_printed_tables(double probability, int degrees, double expected) =>
        Assert.Equal(expected, StudentT.Quantile(probability, degrees), 1e-4);

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    public void The_probability_is_the_integral_of_the_density(int degrees)
    {
        // Trapezoids under (1 + t²/n)^(-(n+1)/2); the same sum over a wide range stands for its constant.
        double Area(double from, double to)
        {
            const int Steps = 400_000;
            var width = (to - from) / Steps;
            return width * Enumerable.Range(0, Steps).Sum(i =>
                Math.Pow(1 + Math.Pow(from + (i + 0.5) * width, 2) / degrees, -(degrees + 1) / 2.0));
        }

        Assert.Equal(Area(-400, 1.3) / Area(-400, 400), StudentT.Probability(1.3, degrees), 1e-6);
    }

    [Fact]
    public void The_interval_of_a_mean_is_computed_by_hand()
    {
        // Mean 3, standard deviation √2.5, divided by √5, times 2.7764.
        var interval = StudentT.MeanInterval([1, 2, 3, 4, 5])!;
        Assert.Equal(3 - 1.96324, interval.Low, 1e-4);
        Assert.Equal(3 + 1.96324, interval.High, 1e-4);
        Assert.Null(StudentT.MeanInterval([7]));
    }
}
