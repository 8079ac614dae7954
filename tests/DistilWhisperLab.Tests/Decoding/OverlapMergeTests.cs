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
        Assert.Equal(Tokens(expected), OverlapMerge.Merge([Tokens(left), Tokens(right)]));

    [Fact]
    public void Several_sequences_are_joined_one_after_the_other() =>
        Assert.Equal(Tokens("1 2 3 4 5 6 7 8"), OverlapMerge.Merge([Tokens("1 2 3 4"), Tokens("3 4 5 6"), Tokens("5 6 7 8")]));

    [Fact]
    public void A_sequence_of_different_tokens_cut_with_an_overlap_is_put_together_again() =>
        Gen.Select(Gen.Int[4, 40], Gen.Int[2, 10], Gen.Int[0, 10]).Sample((length, overlap, more) =>
        {
            int[] whole = [.. Enumerable.Range(0, length + overlap + more)];
            Assert.Equal(whole, OverlapMerge.Merge([whole[..(length + overlap)], whole[length..]]));
        });

    private static int[] Tokens(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
}
