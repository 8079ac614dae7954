using DistilWhisperLab.Decoding;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests.Decoding;

public class WindowSegmentsTests
{
    private const int FullWindow = 3000;
    private static readonly WhisperTokenizer Tokenizer = WhisperTokenizer.Train(["a b c"], pieces: 258, windowSeconds: 30);

    [Theory]
    [InlineData(FullWindow)]
    [InlineData(1234)]
    public void A_single_timestamp_at_the_end_says_that_nothing_follows_in_the_window(int frames)
    {
        var split = Split("<0>a<3.24><3.24>b<5.30><5.30>c<8.52><8.52>d<9.02>", frames);
        Assert.Equal([(0, 3.24, "a"), (3.24, 5.30, "b"), (5.30, 8.52, "c"), (8.52, 9.02, "d")], Parts(split));
        Assert.Equal(frames, split.Next);
        Assert.False(split.EndsOpen);
    }

    [Theory]
    [InlineData(FullWindow)]
    [InlineData(1234)]
    public void After_a_pair_the_next_window_begins_there(int frames)
    {
        var split = Split("<0>a<3.24><3.24>b<5.30><5.30>c<8.52><8.52>", frames);
        Assert.Equal([(0, 3.24, "a"), (3.24, 5.30, "b"), (5.30, 8.52, "c")], Parts(split));
        Assert.Equal(852, split.Next);
        Assert.True(split.EndsOpen);
    }

    [Fact]
    public void What_follows_the_last_pair_is_left_to_the_next_window()
    {
        var split = Split("<0>a<3.24><3.24>b", FullWindow);
        Assert.Equal([(0, 3.24, "a")], Parts(split));
        Assert.Equal(324, split.Next);
    }

    [Theory]
    [InlineData("<0>a", 12)]
    [InlineData("a", 12)]
    [InlineData("<0>a<4.00>", 4)]
    [InlineData("<4.00>", 4)]
    [InlineData("<0>", 12)]
    [InlineData("", 12)]
    public void Without_pairs_there_is_one_segment_up_to_the_last_timestamp_or_the_windows_end(string written, double end)
    {
        var split = Split(written, frames: 1200);
        var segment = Assert.Single(split.Segments);
        Assert.Equal((0, end), (segment.Start, Math.Round(segment.End, 2)));
        Assert.Equal(1200, split.Next);
    }

    [Fact]
    public void Times_count_from_the_recordings_beginning()
    {
        var split = WindowSegments.Split(Result("<0>a<1.00><1.00>b<4.28>"), Tokenizer, seek: 3000, FullWindow);
        Assert.Equal([(30, 31, "a"), (31, 34.28, "b")], Parts(split));
        Assert.All(split.Segments, s => Assert.Equal(3000, s.Seek));
        Assert.Equal(6000, split.Next);
        Assert.Equal(2944, WindowSegments.Split(Result("<0>a<29.44><29.44>"), Tokenizer, seek: 0, FullWindow).Next);
    }

    [Theory]
    [InlineData("<0><0>")]
    [InlineData("<0>a<0><0>")]
    [InlineData("<0>")]
    [InlineData("")]
    public void Whatever_is_written_the_next_window_begins_later(string written) =>
        Assert.True(WindowSegments.Split(Result(written), Tokenizer, seek: 100, frames: 7).Next > 100);

    [Fact]
    public void Segments_carry_their_windows_scores()
    {
        var result = Result("<0>a<1.00><1.00>b<2.00>") with
        {
            AverageLogProbability = -0.5,
            CompressionRatio = 1.5,
            NoSpeechProbability = 0.25,
            Temperature = 0.2,
        };
        Assert.All(WindowSegments.Split(result, Tokenizer, 0, FullWindow).Segments, s =>
            Assert.Equal((-0.5, 1.5, 0.25, 0.2), (s.AverageLogProbability, s.CompressionRatio, s.NoSpeechProbability, s.Temperature)));
    }

    [Fact]
    public void The_next_window_is_told_what_was_written_until_it_is_to_forget()
    {
        var text = new TranscribedText(Tokenizer, " names ");
        int[] given = [.. Tokenizer.Encode(" names")];
        Assert.Equal(given, text.Prompt);
        text.Add(Split("<0>a<1.00>", FullWindow).Segments);
        Assert.Equal([.. given, .. Result("<0>a<1.00>").Tokens], text.Prompt);
        text.ForgetPrompt();
        Assert.Empty(text.Prompt);
        text.Add(Split("<0> b<1.00>", FullWindow).Segments);
        Assert.Equal(Result("<0> b<1.00>").Tokens, text.Prompt);
        Assert.Equal("a b", text.Text);
    }

    [Fact]
    public void Segments_without_duration_or_text_keep_their_place_but_lose_their_content()
    {
        var text = new TranscribedText(Tokenizer, initialPrompt: null);
        text.Add(Split("<0>a<1.00><1.00> <2.00><2.00>b<2.00>", FullWindow).Segments);
        Assert.Equal(["a", "", ""], text.Segments.Select(s => s.Text));
        Assert.Equal([3, 0, 0], text.Segments.Select(s => s.Tokens.Count));
        Assert.Equal("a", text.Text);
    }

    private static WindowSegments Split(string written, int frames) => WindowSegments.Split(Result(written), Tokenizer, seek: 0, frames);

    private static IEnumerable<(double, double, string)> Parts(WindowSegments split) =>
        split.Segments.Select(s => (Math.Round(s.Start, 2), Math.Round(s.End, 2), s.Text));

    /// <summary>Tokens by a spelling with <c>&lt;seconds&gt;</c> for timestamps.</summary>
    private static DecodingResult Result(string written)
    {
        var tokens = new List<int>();
        foreach (var part in written.Split('<', '>').Select((text, i) => (text, time: i % 2 == 1)).Where(p => p.text.Length > 0))
        {
            tokens.AddRange(part.time
                ? [Tokenizer.Timestamp(double.Parse(part.text, System.Globalization.CultureInfo.InvariantCulture))]
                : Tokenizer.Encode(part.text));
        }

        return new DecodingResult(tokens, Tokenizer.Decode(tokens).Trim(), 0, 0);
    }
}
