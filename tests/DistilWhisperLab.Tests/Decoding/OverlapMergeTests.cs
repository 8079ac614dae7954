using CsCheck;
using DistilWhisperLab.Decoding;

namespace DistilWhisperLab.Tests.Decoding;

public class OverlapMergeTests
{
    [Theory]
    [InlineData("1 2 3", "2 3 4 5", "1 2 3 4 5")]
    [InlineData("1 2 3 4 5 6 7", "2 3 4 5", "1 2 3 4 5")]
    [InlineData("1 2 3", "4 5 6", "1 2 3 4 5 6")]
    [InlineData("1 2 3 4 99", "2 98 4 5 6", "1 2 3 4 5 6")]
    [InlineData("1 2 3", "3 4 5", "1 2 3 3 4 5")] // a single token agrees by chance too often
    [InlineData("7 7 7 7", "7 7 7 8", "7 7 7 7 8")]
    [InlineData("", "1 2", "1 2")]
    [InlineData("1 2", "", "1 2")]
    public void Two_sequences_are_joined_where_they_agree(string left, string right, string expected) =>
        Assert.Equal(Tokens(expected), Merge(Tokens(left), Tokens(right)));

    [Fact]
    public void Several_sequences_are_joined_one_after_the_other() =>
        Assert.Equal(Tokens("1 2 3 4 5 6 7 8"), Merge(Tokens("1 2 3 4"), Tokens("3 4 5 6"), Tokens("5 6 7 8")));

    [Fact]
    public void A_sequence_of_different_tokens_cut_with_an_overlap_is_put_together_again() =>
        Gen.Select(Gen.Int[4, 40], Gen.Int[2, 10], Gen.Int[0, 10]).Sample((length, overlap, more) =>
        {
            int[] whole = [.. Enumerable.Range(0, length + overlap + more)];
            Assert.Equal(whole, Merge(whole[..(length + overlap)], whole[length..]));
        });

    [Fact]
    public void A_phrase_said_twice_is_merged_where_its_times_fit()
    {
        var merged = OverlapMerge.Merge(
        [
            [new(1, 20), new(2, 21), new(3, 22), new(1, 27), new(2, 28)],
            [new(1, 20), new(2, 21), new(1, 27), new(2, 28), new(5, 29)],
        ]);
        Assert.Equal([(1, 20), (2, 21), (3, 22), (1, 27), (2, 28), (5, 29)], merged.Select(t => (t.Id, (int)t.Start)));
    }

    private static IEnumerable<int> Merge(params int[][] sequences) =>
        OverlapMerge.Merge([.. sequences.Select(s => s.Select(id => new SpokenToken(id)).ToArray())]).Select(t => t.Id);

    private static int[] Tokens(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
}
