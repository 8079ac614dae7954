using DistilWhisperLab.Experiments;

namespace DistilWhisperLab.Tests.Experiments;

public class ClaimRuleTests
{
    [Theory]
    [InlineData(1, 2, Verdict.Fails)]
    [InlineData(-2, -1, Verdict.Holds)]
    [InlineData(-1, 1, Verdict.Undecided)]
    [InlineData(-1, 0, Verdict.Undecided)]
    public void A_claim_holds_when_the_whole_interval_lies_on_its_side(double low, double high, Verdict verdict)
    {
        var contrast = new Contrast((low + high) / 2, 0, ClaimedSide.Below);
        Assert.Equal(verdict, ClaimRule.Judge(contrast, new Interval(low, high), "full"));
        Assert.Equal(Verdict.Undecided, ClaimRule.Judge(contrast, new Interval(low, high), ClaimRule.SmokeProfile));
    }

    [Fact]
    public void An_exact_claim_is_decided_by_its_value_on_every_profile()
    {
        Assert.Equal(Verdict.Holds, ClaimRule.Judge(new Contrast(3, 3, ClaimedSide.Equal), null, ClaimRule.SmokeProfile));
        Assert.Equal(Verdict.Fails, ClaimRule.Judge(new Contrast(2, 3, ClaimedSide.Above), null, ClaimRule.SmokeProfile));
        Assert.Equal(Verdict.Undecided, ClaimRule.Judge(new Contrast(double.NaN, 3, ClaimedSide.Above), null, "full"));
    }

    [Theory]
    [InlineData(1, Verdict.Undecided)]
    [InlineData(2, Verdict.Undecided)]
    [InlineData(3, Verdict.Holds)]
    public void Nothing_is_decided_between_trained_models_on_fewer_than_three_seeds(int seeds, Verdict verdict)
    {
        int[] numbers = [.. Enumerable.Range(1, seeds)];
        var difference = new PairedDifference("strict", "all", numbers, [.. numbers.Select(_ => -2.0)], new Interval(-3, -1));
        Assert.Equal(verdict, ClaimRule.Judge(difference, ClaimedSide.Below, "full"));
        Assert.Equal(Verdict.Undecided, ClaimRule.Judge(difference with { Interval = null }, ClaimedSide.Below, "full"));
    }

    [Fact]
    public void A_reversed_interval_and_an_interval_of_equality_are_refused()
    {
        Assert.Throws<LabException>(() => ClaimRule.Judge(new Contrast(0, 0, ClaimedSide.Below), new Interval(1, -1), "full"));
        Assert.Throws<LabException>(() => ClaimRule.Judge(new Contrast(0, 0, ClaimedSide.Equal), new Interval(-1, 1), "full"));
    }
}
