using DistilWhisperLab.Text;

namespace DistilWhisperLab.Decoding;

/// <summary>What was written for one chunk of the audio.</summary>
/// <param name="Windows">One window, or several where the chunk's last segment was cut off and decoded once more.</param>
/// <param name="Seconds">The chunk's length.</param>
/// <param name="StrideLeft">Seconds at its start that the chunk before it covers too.</param>
/// <param name="StrideRight">Seconds at its end that the next chunk covers too.</param>
internal readonly record struct DecodedChunk(
    IReadOnlyList<DecodedWindow> Windows, double Seconds, double StrideLeft, double StrideRight);

/// <summary>What was written for a window of a chunk.</summary>
/// <param name="Start">The window's start in the audio, in seconds.</param>
/// <param name="Tokens">Text tokens, and timestamps counted from the window's start.</param>
internal readonly record struct DecodedWindow(double Start, IReadOnlyList<SpokenToken> Tokens);

/// <summary>Text between two timestamps that lie outside the overlaps, or all of it where there are none.</summary>
/// <param name="Start">In seconds; null where no timestamp opened it.</param>
/// <param name="End">In seconds; null where no timestamp closed it.</param>
/// <param name="Tokens">Its text tokens.</param>
/// <param name="FirstChunk">The chunk in which it begins.</param>
/// <param name="LastChunk">The chunk in which it ends.</param>
internal sealed record MergedSegment(
    double? Start, double? End, IReadOnlyList<SpokenToken> Tokens, int FirstChunk, int LastChunk);

/// <summary>
/// Puts the chunks' transcripts together (<c>_decode_asr</c> of transformers' Whisper tokenizer): timestamps inside the
/// overlaps do not count, what lies between two that do is merged by <see cref="OverlapMerge"/>.
/// </summary>
internal sealed class ChunkMerger
{
    private const double SecondsPerTimestamp = 0.02;

    private readonly int _endOfText;
    private readonly int _timestampBegin;
    private readonly List<MergedSegment> _segments = [];

    // The text since the last counting timestamp, a sequence for each chunk that has part of it.
    private readonly List<IReadOnlyList<SpokenToken>> _pending = [];
    private double? _start;
    private int? _firstChunk;

    // A skipped timestamp was one of a pair; the other, which opens the next text, has to be skipped too.
    private bool _skipNext;

    private ChunkMerger(WhisperTokenizer tokenizer) =>
        (_endOfText, _timestampBegin) = (tokenizer.EndOfText, tokenizer.TimestampBegin);

    /// <summary>The segments of the whole audio; one without times where the chunks have no timestamps.</summary>
    public static IReadOnlyList<MergedSegment> Merge(IReadOnlyList<DecodedChunk> chunks, WhisperTokenizer tokenizer)
    {
        var merger = new ChunkMerger(tokenizer);
        for (var i = 0; i < chunks.Count; i++)
        {
            merger.Add(chunks[i], i);
        }

        if (merger._pending.Count > 0)
        {
            merger.Close(null, chunks.Count - 1);
        }

        return merger._segments;
    }

    private void Add(DecodedChunk chunk, int number)
    {
        var text = new List<SpokenToken>();
        var firstThatCounts = _timestampBegin + chunk.StrideLeft / SecondsPerTimestamp;
        var firstInRightStride = FirstInRightStride(chunk);
        foreach (var (start, spoken) in chunk.Windows.SelectMany(w => w.Tokens.Select(t => (w.Start, t))))
        {
            var token = spoken.Id;
            if (token < _endOfText)
            {
                text.Add(spoken);
                _firstChunk ??= number;
            }
            else if (token >= _timestampBegin)
            {
                var time = Math.Round(start + (token - _timestampBegin) * SecondsPerTimestamp, 2);
                if (token >= firstInRightStride)
                {
                    _skipNext = true; // the next chunk hears it better
                }
                else if (_skipNext || (_pending.Count > 0 && token < firstThatCounts))
                {
                    _skipNext = false;
                }
                else if (_start is null)
                {
                    _start = time;
                }
                else if (time != _start) // the second of a pair opens what the first has closed
                {
                    _pending.Add(text);
                    Close(time, number);
                    text = [];
                }
            }
        }

        if (text.Count > 0)
        {
            _pending.Add(text);
        }
        else if (!_pending.Exists(p => p.Count > 0))
        {
            Forget();
        }
    }

    /// <summary>
    /// The earliest of the timestamps in the right stride; a chunk's last timestamp is taken for one wherever it lies,
    /// since what it closes may go on in the next chunk. As in transformers, timestamps are compared as they are
    /// written, those of a second window too; so hardly a timestamp of a chunk with two windows counts.
    /// </summary>
    private int FirstInRightStride(DecodedChunk chunk)
    {
        if (chunk.StrideRight == 0)
        {
            return int.MaxValue;
        }

        var end = chunk.Seconds - chunk.StrideRight;
        var first = int.MaxValue;
        foreach (var token in chunk.Windows.SelectMany(w => w.Tokens).Select(t => t.Id).Reverse().Where(t => t >= _timestampBegin))
        {
            if (first != int.MaxValue && (token - _timestampBegin) * SecondsPerTimestamp < end)
            {
                break;
            }

            first = token;
        }

        return first;
    }

    private void Close(double? end, int chunk)
    {
        _segments.Add(new MergedSegment(_start, end, OverlapMerge.Merge(_pending), _firstChunk ?? chunk, chunk));
        Forget();
    }

    private void Forget()
    {
        _pending.Clear();
        (_start, _firstChunk) = (null, null);
    }
}
