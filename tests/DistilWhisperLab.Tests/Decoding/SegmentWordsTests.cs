using DistilWhisperLab.Decoding;

namespace DistilWhisperLab.Tests.Decoding;

public class SegmentWordsTests
{
    [Theory]
    [InlineData("He| said|,| “|Go|!|”", "He| said,| “Go!”")]
    [InlineData(" (| a|)|.", " ( a).")]
    [InlineData(" -| yes", " - yes")]
    [InlineData("a| | b", "a|  b")] // a blank alone goes to the word behind it
    [InlineData(".| a", ".| a")]
    [InlineData(" 3|.|5", " 3.|5")]
    [InlineData("hallo", "hallo")]
    [InlineData("好|。|的|？", "好。|的？")]
    public void Marks_go_to_the_word_that_they_belong_to(string words, string expected)
    {
        WordTiming[] timings = [.. words.Split('|').Select((word, i) => new WordTiming(word, 1, i, i + 1, 1))];
        WordTiming.MergePunctuation(timings);
        Assert.Equal(expected, string.Join('|', timings.Where(t => t.Text.Length > 0).Select(t => t.Text)));
        Assert.Equal(words.Split('|').Length, timings.Sum(t => t.Tokens));
    }

    [Fact]
    public void Words_before_and_after_the_end_of_a_sentence_are_no_longer_than_twice_the_usual()
    {
        // The usual word takes 0.3 s; the full stop and the word behind it have swallowed a pause each.
        var words = Words(new Segment(100, 1, 13, "", [], 0, 0, 0, 0), lastSpeech: 1,
            (" a", 0, 0.3), (" b", 0.3, 0.6), (".", 0.6, 5), (" c", 5, 11), (" d", 11, 11.3), (" e", 11.3, 11.6));
        Assert.Equal(
            [(" a", 1, 1.3), (" b.", 1.3, 1.6), (" c", 11.4, 12), (" d", 12, 12.3), (" e", 12.3, 12.6)],
            words.Words!.Select(w => (w.Text, w.Start, Math.Round(w.End, 6))));
        Assert.Equal((1, 12.6), (words.Start, Math.Round(words.End, 6)));
    }

    [Fact]
    public void The_first_word_after_a_pause_is_shortened_to_twice_the_usual()
    {
        var words = Words(new Segment(0, 4, 6, "", [], 0, 0, 0, 0), lastSpeech: 0,
            (" a", 0, 4.5), (" b", 4.5, 4.75), (" c", 4.75, 5), (" d", 5, 5.25));
        Assert.Equal((4, 4.5), (words.Words![0].Start, words.Words[0].End));
        Assert.Equal(4, words.Start); // 4.5 less twice 0.25
    }

    [Fact]
    public void The_second_word_after_a_pause_is_shortened_only_where_it_is_long_too()
    {
        var words = Words(new Segment(0, 4, 6, "", [], 0, 0, 0, 0), lastSpeech: 0,
            (" a", 0, 2), (" b", 2, 4.5), (" c", 4.5, 4.75), (" d", 4.75, 5), (" e", 5, 5.25));
        // b ends at 4.5 and may last 0.5 s; a ends where b begins and may last as long.
        Assert.Equal((4, 4.5), (words.Words![1].Start, words.Words[1].End));
        Assert.Equal((3.5, 4), (words.Words[0].Start, words.Words[0].End));
    }

    [Fact]
    public void Without_a_pause_nothing_is_shortened()
    {
        (string, double, double)[] timings = [(" a", 0, 0.8), (" b", 0.8, 1.1), (" c", 1.1, 1.4), (" d", 1.4, 1.7)];
        var words = Words(new Segment(0, 0, 1.7, "", [], 0, 0, 0, 0), lastSpeech: 0, timings);
        Assert.Equal(timings, words.Words!.Select(w => (w.Text, w.Start, w.End)));
    }

    [Fact]
    public void The_segments_own_times_are_preferred_where_a_word_overhangs_them_by_half_a_second()
    {
        // The usual word takes 0.5 s. The speech before ends at 2, so that there is no pause.
        var words = Words(new Segment(200, 3, 4.2, "", [], 0, 0, 0, 0), lastSpeech: 2,
            (" a", 0, 1.4), (" b", 1.4, 1.9), (" c", 1.9, 2.1), (" d", 2.1, 2.6), (" e", 2.6, 4));
        // a: 2.00 to 3.40, the segment begins at 3: min(3.4 - 0.5, 3) = 2.9. e: 4.6 to 6, which begins behind the end.
        Assert.Equal((2.9, 3.4), (Math.Round(words.Words![0].Start, 6), words.Words[0].End));
        Assert.Equal((3, 6), (words.Start, words.End));
    }

    [Fact]
    public void Words_without_any_length_are_left_alone()
    {
        var words = Words(new Segment(0, 0, 1, "", [], 0, 0, 0, 0), lastSpeech: 0, (" a", 0.5, 0.5), (".", 0.5, 0.5), (" b", 0.5, 0.5));
        Assert.Equal([(" a.", 0.5, 0.5), (" b", 0.5, 0.5)], words.Words!.Select(w => (w.Text, w.Start, w.End)));
    }

    [Fact]
    public void Words_are_dealt_out_to_their_segments_by_the_number_of_tokens()
    {
        Segment[] segments = [new(0, 0, 1, "", [], 0, 0, 0, 0), new(0, 1, 1, "", [], 0, 0, 0, 0), new(0, 1, 2, "", [], 0, 0, 0, 0)];
        WordTiming[] timings = [new(" a", 2, 0, 0.5, 1), new(" b", 1, 0.5, 1, 1), new(" c", 3, 1, 2, 1)];
        var words = SegmentWords.Add(segments, timings, [3, 0, 3], 0, 0);
        Assert.Equal([" a b", "", " c"], words.Select(s => string.Concat(s.Words!.Select(w => w.Text))));
        Assert.Equal(2, WordAligner.SpeechEnd(words));
        Assert.Equal(1, WordAligner.SpeechEnd([words[0], words[1] with { End = 9 }]));
        Assert.Equal(9, WordAligner.SpeechEnd([words[1] with { End = 9 }]));
        Assert.Null(WordAligner.SpeechEnd([]));
    }

    private static Segment Words(Segment segment, double lastSpeech, params (string Text, double Start, double End)[] timings) =>
        Assert.Single(SegmentWords.Add(
            [segment],
            [.. timings.Select(t => new WordTiming(t.Text, 1, t.Start, t.End, 1))],
            [timings.Length],
            segment.Seek / 100.0,
            lastSpeech));
}
