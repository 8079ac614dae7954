using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Decoding;

/// <summary>
/// What makes timestamps come first, in pairs between phrases, never backwards, and whenever they are likelier
/// together than any word (<c>ApplyTimestampRules</c> of openai-whisper).
/// </summary>
internal sealed class TimestampRules(WhisperTokenizer tokenizer, double? latestFirst)
{
    private readonly int _begin = tokenizer.TimestampBegin;
    private readonly int _end = tokenizer.VocabularySize;

    /// <summary>Forbids in place what may not follow.</summary>
    /// <param name="logits">float32 <c>[rows, vocabulary]</c>.</param>
    /// <param name="written">What each row has written, all equally many tokens.</param>
    public void Apply(Tensor logits, IReadOnlyList<IReadOnlyList<int>> written)
    {
        using var scope = NewDisposeScope();
        logits.narrow(1, tokenizer.NoTimestamps, 1).fill_(KeptScalars.NegativeInfinity);
        if (written[0].Count == 0)
        {
            Forbid(logits, 0, _begin);
            if (latestFirst is { } seconds)
            {
                Forbid(logits, _begin + (int)Math.Round(seconds / SpecialTokens.TimestampStep) + 1, _end);
            }
        }
        else
        {
            for (var row = 0; row < written.Count; row++)
            {
                ForbidAfter(written[row], logits.narrow(0, row, 1));
            }
        }

        // A timestamp may be spread over many tokens, each of them less probable than the likeliest word.
        var words = logits.narrow(1, 0, _begin);
        var times = logits.narrow(1, _begin, _end - _begin).logsumexp(1, keepdim: true);
        words.masked_fill_(times > words.amax([1], keepdim: true), KeptScalars.NegativeInfinity);
    }

    private void ForbidAfter(IReadOnlyList<int> written, Tensor logits)
    {
        var last = written[^1] >= _begin;
        var beforeLast = written.Count < 2 || written[^2] >= _begin;
        if (last && beforeLast)
        {
            Forbid(logits, _begin, _end); // After a pair, or the very first one, words.
        }
        else if (last)
        {
            Forbid(logits, 0, tokenizer.EndOfText); // After a phrase's end the next one's beginning, or nothing.
        }

        var latest = written.LastOrDefault(token => token >= _begin, -1);
        if (latest >= 0)
        {
            // A phrase may begin where the one before ended, but must not end where it began.
            Forbid(logits, _begin, last && !beforeLast ? latest : latest + 1);
        }
    }

    private static void Forbid(Tensor logits, int from, int to)
    {
        var end = Math.Min(to, (int)logits.shape[1]);
        if (from < end)
        {
            logits.narrow(1, from, end - from).fill_(KeptScalars.NegativeInfinity);
        }
    }
}
