using DistilWhisperLab.Audio;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Decoding;

/// <summary>The segments that a window's timestamps mark, and where the next window begins.</summary>
/// <param name="Segments">The segments, in order; they may be without text.</param>
/// <param name="Next">The frame at which the next window begins, later than this one's.</param>
/// <param name="EndsOpen">Whether the next window begins inside this one, at the last timestamp.</param>
internal sealed record WindowSegments(IReadOnlyList<Segment> Segments, int Next, bool EndsOpen)
{
    // The encoder makes one position, and so one timestamp, of two frames.
    private const int FramesPerTimestamp = 2;

    /// <summary>
    /// Splits a window between timestamps that stand side by side. A single one at the very end says that nothing
    /// follows in this window; without it, what follows the last pair is left to the next window.
    /// </summary>
    /// <param name="result">What was written.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="seek">The window's first frame.</param>
    /// <param name="frames">Its frames that hold sound.</param>
    public static WindowSegments Split(DecodingResult result, WhisperTokenizer tokenizer, int seek, int frames)
    {
        var tokens = result.Tokens;
        var cuts = Enumerable.Range(1, Math.Max(0, tokens.Count - 1))
            .Where(i => IsTime(tokens[i - 1]) && IsTime(tokens[i]))
            .ToList();
        var closed = tokens.Count >= 2 && !IsTime(tokens[^2]) && IsTime(tokens[^1]);
        if (cuts.Count == 0)
        {
            var last = tokens.LastOrDefault(IsTime, tokenizer.TimestampBegin);
            var duration = last == tokenizer.TimestampBegin ? (double)frames / LogMelSpectrogram.FramesPerSecond : Time(last);
            return new([Segment(tokens, 0, duration)], seek + frames, EndsOpen: !closed);
        }

        if (closed)
        {
            cuts.Add(tokens.Count);
        }

        var segments = cuts.Zip(cuts.Prepend(0), (end, start) => tokens.Skip(start).Take(end - start).ToList())
            .Select(part => Segment(part, Time(part[0]), Time(part[^1])))
            .ToList();
        var heard = closed ? 0 : FramesPerTimestamp * (tokens[cuts[^1] - 1] - tokenizer.TimestampBegin);
        return new(segments, seek + (heard > 0 ? heard : frames), EndsOpen: !closed);

        bool IsTime(int token) => token >= tokenizer.TimestampBegin;

        double Time(int token) => (token - tokenizer.TimestampBegin) * SpecialTokens.TimestampStep;

        Segment Segment(IReadOnlyList<int> part, double start, double end)
        {
            var offset = (double)seek / LogMelSpectrogram.FramesPerSecond;
            return new Segment(
                seek,
                offset + start,
                offset + end,
                tokenizer.Decode(part),
                part,
                result.Temperature,
                result.AverageLogProbability,
                result.CompressionRatio,
                result.NoSpeechProbability);
        }
    }
}
