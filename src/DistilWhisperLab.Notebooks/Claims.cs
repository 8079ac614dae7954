using DistilWhisperLab.Experiments;
using Microsoft.DotNet.Interactive;

namespace DistilWhisperLab.Notebooks;

/// <summary>
/// The claims of one notebook. Each is shown as a card where it is stated; the run of the series gathers them from
/// the executed notebooks.
/// </summary>
/// <param name="notebook">The notebook's name, for example <c>02-pseudo-labels</c>.</param>
/// <param name="profile">The profile of this run, which the verdict depends on (<see cref="ClaimRule"/>).</param>
public sealed class Claims(string notebook, string profile)
{
    private readonly List<Claim> _stated = [];

    /// <summary>The claims stated so far, in order; stating an id again replaces its claim.</summary>
    public IReadOnlyList<Claim> Stated => _stated;

    /// <summary>Judges a claim and shows it.</summary>
    /// <param name="id">Names the claim; unique in the whole series, for example <c>02-threshold-helps</c>.</param>
    /// <param name="statement">The claim as one sentence.</param>
    /// <param name="measured">The quantity as measured here.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="contrast">The signed quantity judged, its threshold and the side claimed.</param>
    /// <param name="interval">The interval of the contrast; null only for an exact claim.</param>
    /// <param name="paper">The paper's own numbers by name; null where it gives none.</param>
    /// <param name="seeds">The seeds that the measurement covers.</param>
    /// <exception cref="LabException">A number is not finite, or the interval does not fit the claim.</exception>
    public void State(
        string id,
        string statement,
        double measured,
        string unit,
        Contrast contrast,
        Interval? interval = null,
        IReadOnlyDictionary<string, double>? paper = null,
        IReadOnlyList<int>? seeds = null)
    {
        State(new Claim(
            id, notebook, statement, paper, measured, unit, contrast, interval, ClaimRule.Judge(contrast, interval, profile), seeds ?? []));
    }

    /// <summary>Judges and shows a claim about two ways of training: the word error rate of the one minus the other's, paired by seed.</summary>
    /// <param name="id">Names the claim.</param>
    /// <param name="statement">The claim as one sentence.</param>
    /// <param name="difference">The difference in points of word error rate; with fewer than three seeds nothing is decided.</param>
    /// <param name="claimed">The side of zero on which the claim puts it.</param>
    /// <param name="paper">The paper's own numbers by name; null where it gives none.</param>
    /// <exception cref="LabException">A number is not finite.</exception>
    public void State(
        string id, string statement, PairedDifference difference, ClaimedSide claimed, IReadOnlyDictionary<string, double>? paper = null) =>
        State(new Claim(
            id, notebook, statement, paper, difference.Mean, "points of WER", new Contrast(difference.Mean, 0, claimed),
            difference.Interval, ClaimRule.Judge(difference, claimed, profile), difference.Seeds));

    private void State(Claim claim)
    {
        double[] numbers =
        [
            claim.Measured, claim.Contrast.Value, claim.Contrast.Threshold, claim.Interval?.Low ?? 0, claim.Interval?.High ?? 0,
            .. claim.Paper?.Values ?? [],
        ];
        if (!numbers.All(double.IsFinite))
        {
            throw new LabException($"A number of the claim {claim.Id} is not finite; state it when it has been measured.");
        }

        var known = _stated.FindIndex(other => other.Id == claim.Id);
        if (known < 0)
        {
            _stated.Add(claim);
        }
        else
        {
            _stated[known] = claim;
        }

        KernelInvocationContext.Current?.Display(claim);
    }
}
