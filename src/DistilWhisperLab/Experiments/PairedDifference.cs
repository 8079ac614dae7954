namespace DistilWhisperLab.Experiments;

/// <summary>
/// How much a setting's figure exceeds the baseline's, seed by seed: where two settings train on the same data, the runs
/// of one seed share its order, so what a seed does to both cancels out.
/// </summary>
/// <param name="Setting">The setting.</param>
/// <param name="Baseline">What it is compared with.</param>
/// <param name="Seeds">The seeds that both have runs of.</param>
/// <param name="Differences">Setting minus baseline, by seed.</param>
/// <param name="Interval">
/// The 95 % interval of the mean difference: over seeds by Student's t, or whatever made it says; null where one seed
/// shows no spread.
/// </param>
public sealed record PairedDifference(
    string Setting, string Baseline, IReadOnlyList<int> Seeds, IReadOnlyList<double> Differences, Interval? Interval)
{
    /// <summary>The mean difference.</summary>
    public double Mean => Differences.Average();

    /// <summary>The difference of two settings' figures by seed, with an interval over seeds.</summary>
    /// <exception cref="LabException">They have no seed in common.</exception>
    public static PairedDifference Of(
        string setting, IReadOnlyDictionary<int, double> values, string baseline, IReadOnlyDictionary<int, double> baselineValues)
    {
        var seeds = values.Keys.Where(baselineValues.ContainsKey).Order().ToList();
        if (seeds.Count == 0)
        {
            throw new LabException($"The settings {setting} and {baseline} have no run of the same seed; run both with the same seeds.");
        }

        var differences = seeds.ConvertAll(seed => values[seed] - baselineValues[seed]);
        return new PairedDifference(setting, baseline, seeds, differences, StudentT.MeanInterval(differences));
    }
}
