namespace DistilWhisperLab.Runtime;

/// <summary>A range that a specification gives as <c>[low, high]</c>.</summary>
internal static class SpecificationRange
{
    /// <summary>What is wrong with it, or null.</summary>
    public static string? Fault(double[]? range, double lowest, double highest, string name) =>
        range is [var low, var high] && lowest <= low && low <= high && high <= highest
            ? null
            : $"{name} must be [low, high] with {lowest} <= low <= high <= {highest}";

    /// <summary>A number in it, evenly distributed.</summary>
    public static double Draw(this double[] range, Random random) => range[0] + (range[1] - range[0]) * random.NextDouble();
}
