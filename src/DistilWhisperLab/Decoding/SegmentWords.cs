namespace DistilWhisperLab.Decoding;

/// <summary>
/// The reference's rules that turn an alignment into the words of segments: the alignment must spread all frames over
/// the words, so silence sticks to words beside pauses (<c>add_word_timestamps</c> of openai-whisper).
/// </summary>
internal static class SegmentWords
{
    private const string SentenceEnds = ".。!！?？";
    private const double LongestMedian = 0.7;

    // A word may overhang its segment by this before the segment's own time is preferred.
    private const double Overhang = 0.5;

    /// <summary>Fills the segments' words; their starts and ends follow the words.</summary>
    /// <param name="segments">The segments of one window, without words.</param>
    /// <param name="timings">The alignment of their text tokens, one after the other; changed by the rules.</param>
    /// <param name="textTokens">How many text tokens each segment has.</param>
    /// <param name="offset">The window's start in seconds.</param>
    /// <param name="lastSpeech">When the speech before the window ended, in seconds.</param>
    public static IReadOnlyList<Segment> Add(
        IReadOnlyList<Segment> segments,
        IReadOnlyList<WordTiming> timings,
        IReadOnlyList<int> textTokens,
        double offset,
        double lastSpeech)
    {
        var usual = Math.Min(LongestMedian, Median(timings));
        ShortenAtSentenceEnds(timings, 2 * usual);
        WordTiming.MergePunctuation(timings);
        var result = new List<Segment>(segments.Count);
        var next = 0;
        for (var i = 0; i < segments.Count; i++)
        {
            var words = new List<Word>();
            for (var tokens = 0; next < timings.Count && tokens < textTokens[i]; next++)
            {
                var timing = timings[next];
                tokens += timing.Tokens;
                if (timing.Text.Length > 0)
                {
                    words.Add(new Word(
                        timing.Text, Math.Round(offset + timing.Start, 2), Math.Round(offset + timing.End, 2), timing.Probability));
                }
            }

            var segment = Fit(segments[i] with { Words = words }, words, usual, lastSpeech);
            lastSpeech = words.Count > 0 ? segment.End : lastSpeech;
            result.Add(segment);
        }

        return result;
    }

    private static double Median(IReadOnlyList<WordTiming> timings)
    {
        double[] durations = [.. timings.Select(t => t.Duration).Where(d => d != 0).Order()];
        return durations.Length == 0 ? 0 : (durations[(durations.Length - 1) / 2] + durations[durations.Length / 2]) / 2;
    }

    private static void ShortenAtSentenceEnds(IReadOnlyList<WordTiming> timings, double longest)
    {
        for (var i = 1; i < timings.Count; i++)
        {
            if (timings[i].Duration <= longest)
            {
                continue;
            }

            if (SentenceEnds.Contains(timings[i].Text, StringComparison.Ordinal))
            {
                timings[i].End = timings[i].Start + longest;
            }
            else if (SentenceEnds.Contains(timings[i - 1].Text, StringComparison.Ordinal))
            {
                timings[i].Start = timings[i].End - longest;
            }
        }
    }

    private static Segment Fit(Segment segment, List<Word> words, double usual, double lastSpeech)
    {
        if (words.Count == 0)
        {
            return segment;
        }

        ShortenAfterPause(words, usual, lastSpeech);
        var (first, last) = (words[0], words[^1]);
        if (segment.Start < first.End && segment.Start - Overhang > first.Start)
        {
            words[0] = first with { Start = Math.Max(0, Math.Min(first.End - usual, segment.Start)) };
        }
        else
        {
            segment = segment with { Start = first.Start };
        }

        last = words[^1]; // the first word's change, where it is the only one
        if (segment.End > last.Start && segment.End + Overhang < last.End)
        {
            words[^1] = last with { End = Math.Max(last.Start + usual, segment.End) };
        }
        else
        {
            segment = segment with { End = last.End };
        }

        return segment;
    }

    /// <summary>The first two words after a pause have swallowed it where they are longer than words are.</summary>
    private static void ShortenAfterPause(List<Word> words, double usual, double lastSpeech)
    {
        var longest = 2 * usual;
        var first = words[0];
        var second = words.Count > 1 ? words[1] : null;
        var tooLong = first.End - first.Start > longest || second?.End - first.Start > 2 * longest;
        if (first.End - lastSpeech <= 4 * usual || !tooLong)
        {
            return;
        }

        if (second is not null && second.End - second.Start > longest)
        {
            var boundary = Math.Max(second.End / 2, second.End - longest);
            words[1] = second with { Start = boundary };
            first = first with { End = boundary };
        }

        words[0] = first with { Start = Math.Max(0, first.End - longest) };
    }
}
