using System.Globalization;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests.Decoding;

public class ChunkMergerTests
{
    private static readonly WhisperTokenizer Tokenizer = WhisperTokenizer.Train(["a b c"], pieces: 258, windowSeconds: 30);

    [Fact]
    public void Without_timestamps_all_of_the_text_is_one_segment_without_times()
    {
        var merged = Assert.Single(Merge("abcd", "cdef"));
        Assert.Equal("abcdef", Text(merged));
        Assert.Equal((null, null, 0, 1), (merged.Start, merged.End, merged.FirstChunk, merged.LastChunk));
    }

    [Fact]
    public void Timestamps_outside_the_overlaps_close_segments()
    {
        // Chunks of 12 s with strides of 2 s begin at 0 and 8. 11 s of the first lies in its right stride, 1 s of the
        // second in its left one: the text around them is merged.
        var merged = Merge("<0>ab<4><4>cde<11><11>f<12>", "<0>e<1><1>fgh<5><5>ij<7>");
        Assert.Equal(["ab", "cdefgh", "ij"], merged.Select(Text));
        Assert.Equal([(0, 4), (4, 13), (13, 15)], merged.Select(m => ((int)m.Start!, (int)m.End!)));
        Assert.Equal([(0, 0), (0, 1), (1, 1)], merged.Select(m => (m.FirstChunk, m.LastChunk)));
    }

    [Theory]
    [InlineData("<0>a<3><3>b", "0-3 a|3- b")] // no timestamp closes it: cut in the middle of a word
    [InlineData("a", "- a")]
    [InlineData("<3>a", "3- a")]
    [InlineData("<0>", "")]
    [InlineData("", "")]
    [InlineData("<0>a<3><3>b<4>", "0-3 a|3-4 b")]
    public void Text_that_no_timestamp_closes_is_kept_without_an_end(string tokens, string expected) =>
        Assert.Equal(expected, string.Join('|', Merge(tokens).Select(m => $"{m.Start}-{m.End} {Text(m)}")));

    [Fact]
    public void A_chunk_decoded_in_two_windows_closes_no_segment_that_the_next_chunk_goes_on_with()
    {
        var merged = ChunkMerger.Merge(
            [
                new DecodedChunk([new(0, Tokens("<0>ab<4><4>cd<9>")), new(9, Tokens("<0>efg<3>"))], 12, 0, 2),
                new DecodedChunk([new(8, Tokens("<0>defghi<8>"))], 12, 2, 0),
            ],
            Tokenizer);
        // By its own count the second window ends at 3 s, so 4 s and 9 s lie in what the next chunk may know better.
        Assert.Equal([("abcdefghi", 0, 16)], merged.Select(m => (Text(m), (int)m.Start!, (int)m.End!)));
    }

    /// <summary>The chunks of 12 s, each with a stride of 2 s on the sides that have a neighbour.</summary>
    private static IReadOnlyList<MergedSegment> Merge(params string[] chunks) => ChunkMerger.Merge(
        [.. chunks.Select((c, i) => new DecodedChunk([new DecodedWindow(8 * i, Tokens(c))], 12, i == 0 ? 0 : 2, i == chunks.Length - 1 ? 0 : 2))],
        Tokenizer);

    private static List<SpokenToken> Tokens(string spelled)
    {
        var tokens = new List<int>();
        foreach (var part in spelled.Split('<', '>').Select((text, i) => (text, IsTime: i % 2 == 1)))
        {
            tokens.AddRange(part.IsTime
                ? [Tokenizer.Timestamp(double.Parse(part.text, CultureInfo.InvariantCulture))]
                : part.text.SelectMany(c => Tokenizer.Encode(c.ToString())));
        }

        return tokens.ConvertAll(token => new SpokenToken(token));
    }

    private static string Text(MergedSegment segment) => Tokenizer.Decode(segment.Tokens.Select(t => t.Id));
}
