using DistilWhisperLab.Experiments;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Experiments;

public class SeedBootstrapTests
{
    private const int Utterances = 200;

    [Fact]
    public void Without_any_spread_the_interval_is_the_difference()
    {
        // Every utterance has one error more in ten words, with every seed.
        var left = Runs(3, (_, _) => 3);
        var right = Runs(3, (_, _) => 2);
        Assert.Equal(new Interval(10, 10), Rounded(SeedBootstrap.Difference(left, right)));
        Assert.Equal(new Interval(30, 30), Rounded(SeedBootstrap.Interval(left)));
    }

    [Fact]
    public void One_seed_gives_the_interval_over_utterances()
    {
        var runs = Runs(1, (_, utterance) => utterance % 3);
        var (seeds, plain) = (SeedBootstrap.Interval(runs), runs[0][0].Interval());
        Assert.Equal(plain.Low, seeds.Low, 0.4);
        Assert.Equal(plain.High, seeds.High, 0.4);
    }

    [Fact]
    public void What_utterances_and_seeds_do_to_both_settings_cancels_out()
    {
        var random = Seeds.Random(1);
        var hard = Enumerable.Range(0, Utterances).Select(_ => random.Next(8)).ToArray();
        var left = Runs(5, (seed, utterance) => hard[utterance] + (utterance % 2));
        var right = Runs(5, (seed, utterance) => hard[utterance]);
        var difference = SeedBootstrap.Difference(left, right);
        Assert.InRange(difference.Low, 4, 5);
        Assert.InRange(difference.High, 5, 6);
        var alone = SeedBootstrap.Interval(left);
        Assert.True(alone.High - alone.Low > 2 * (difference.High - difference.Low));
    }

    [Fact]
    public void Seeds_that_differ_widen_the_interval()
    {
        var same = SeedBootstrap.Interval(Runs(5, (_, utterance) => utterance % 3));
        var different = SeedBootstrap.Interval(Runs(5, (seed, utterance) => utterance % 3 + seed));
        Assert.True(different.High - different.Low > 2 * (same.High - same.Low));
    }

    [Fact]
    public void Turns_whose_utterances_are_alike_widen_the_interval_as_fewer_utterances_would()
    {
        const int turn = 8;
        // Every utterance of a turn has the turn's errors, so 200 utterances tell no more than 25 would.
        var random = Seeds.Random(1);
        var errors = Enumerable.Range(0, Utterances / turn).Select(_ => random.Next(8)).ToArray();
        var alone = Runs(3, (_, utterance) => errors[utterance / turn]);
        int[] turns = [.. Enumerable.Repeat(turn, Utterances / turn)];
        List<IReadOnlyList<WordErrorCounts>> together = alone.ConvertAll(run => (IReadOnlyList<WordErrorCounts>)[run[0] with { Turns = turns }]);
        var few = new WordErrorCounts(errors, [.. Enumerable.Repeat(10, errors.Length)]);
        double Width(Interval interval) => interval.High - interval.Low;
        Assert.InRange(Width(SeedBootstrap.Interval(together)) / Width(few.Interval()), 0.85, 1.15);
        Assert.InRange(Width(SeedBootstrap.Interval(together)) / Width(SeedBootstrap.Interval(alone)), 0.8 * Math.Sqrt(turn), 1.2 * Math.Sqrt(turn));
        Assert.InRange(Width(together[0][0].Interval()) / Width(few.Interval()), 0.85, 1.15);
        Assert.Throws<LabException>(() => SeedBootstrap.Difference(together, alone));
    }

    [Fact]
    public void A_draw_of_turns_holds_whole_turns()
    {
        var drawn = Bootstrap.Draw(Seeds.Random(1), [2, 3, 1]);
        Assert.All(drawn.Index().Where(d => d.Item is 0 or 2 or 3), d => Assert.Equal(d.Item + 1, drawn[d.Index + 1]));
        Assert.All(drawn, i => Assert.InRange(i, 0, 5));
    }

    [Fact]
    public void Runs_of_different_test_sets_are_refused()
    {
        var other = new List<IReadOnlyList<WordErrorCounts>> { new[] { new WordErrorCounts([1], [3]) } };
        Assert.Contains("differ", Assert.Throws<LabException>(() => SeedBootstrap.Difference(Runs(1, (_, _) => 1), other)).Message);
        Assert.Throws<LabException>(() => SeedBootstrap.Interval([]));
    }

    private static List<IReadOnlyList<WordErrorCounts>> Runs(int seeds, Func<int, int, int> errors) =>
        [.. Enumerable.Range(0, seeds).Select(seed => (IReadOnlyList<WordErrorCounts>)
        [
            new WordErrorCounts(
                [.. Enumerable.Range(0, Utterances).Select(utterance => errors(seed, utterance))],
                [.. Enumerable.Repeat(10, Utterances)]),
        ])];

    private static Interval Rounded(Interval interval) => new(Math.Round(interval.Low, 9), Math.Round(interval.High, 9));
}
