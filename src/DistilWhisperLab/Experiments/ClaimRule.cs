namespace DistilWhisperLab.Experiments;

/// <summary>The one rule by which a claim holds, fails or stays undecided.</summary>
public static class ClaimRule
{
    /// <summary>The profile whose runs are too small for a verdict on anything that is not exact.</summary>
    public const string SmokeProfile = "smoke";

    /// <summary>A contrast between trained models is decided on no fewer seeds: one or two show next to nothing of their spread.</summary>
    public const int FewestSeeds = 3;

    /// <summary>
    /// The verdict on a difference between trained models: undecided with fewer than <see cref="FewestSeeds"/> seeds, else
    /// as for any contrast.
    /// </summary>
    public static Verdict Judge(PairedDifference difference, ClaimedSide claimed, string profile) =>
        difference.Seeds.Count < FewestSeeds || difference.Interval is null
            ? Verdict.Undecided
            : Judge(new Contrast(difference.Mean, 0, claimed), difference.Interval, profile);

    /// <summary>
    /// The verdict on a measured contrast: <see cref="Verdict.Holds"/> when the interval lies wholly on the claimed
    /// side of the threshold, <see cref="Verdict.Fails"/> when it lies wholly on the other, else
    /// <see cref="Verdict.Undecided"/>; always undecided on the profile <c>smoke</c>. A claim without an interval is
    /// exact: its value alone decides, on every profile.
    /// </summary>
    /// <exception cref="LabException">
    /// The interval is reversed, or goes with <see cref="ClaimedSide.Equal"/>, which no interval can confirm.
    /// </exception>
    public static Verdict Judge(Contrast contrast, Interval? interval, string profile)
    {
        if (interval is null)
        {
            return Exact(contrast);
        }

        if (contrast.Claimed == ClaimedSide.Equal)
        {
            throw new LabException("A claim of equality is exact and has no interval; claim a side of a margin instead.");
        }

        if (interval.Low > interval.High)
        {
            throw new LabException($"The interval [{interval.Low}, {interval.High}] is reversed; its lower end comes first.");
        }

        var above = interval.Low > contrast.Threshold;
        var below = interval.High < contrast.Threshold;
        return profile == SmokeProfile || above == below
            ? Verdict.Undecided
            : above == (contrast.Claimed == ClaimedSide.Above) ? Verdict.Holds : Verdict.Fails;
    }

    private static Verdict Exact(Contrast contrast)
    {
        if (double.IsNaN(contrast.Value) || double.IsNaN(contrast.Threshold))
        {
            return Verdict.Undecided;
        }

        var holds = contrast.Claimed switch
        {
            ClaimedSide.Above => contrast.Value > contrast.Threshold,
            ClaimedSide.Below => contrast.Value < contrast.Threshold,
            _ => contrast.Value == contrast.Threshold,
        };
        return holds ? Verdict.Holds : Verdict.Fails;
    }
}
