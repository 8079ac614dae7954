using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Decoding;

/// <summary>
/// The definition of decoding, without caches and batches: the whole sequence through the decoder for every next
/// token, hypotheses as plain lists.
/// </summary>
internal sealed class StraightforwardDecoder(WhisperModel model, WhisperTokenizer tokenizer, IReadOnlyList<int> prompt)
{
    public sealed record Written(List<int> Tokens, double Sum, bool Ended);

    private int Limit => Math.Min(model.Config.MaxTargetPositions / 2, model.Config.MaxTargetPositions + 1 - prompt.Count);

    public Written Greedy(Tensor states)
    {
        var written = new Written([], 0, false);
        while (!written.Ended && written.Tokens.Count < Limit)
        {
            written = Continuations(written, states).MaxBy(w => w.Sum)!;
        }

        return written;
    }

    /// <summary>Beam search by its description: all continuations of all beams, the best kept, ended ones set aside.</summary>
    public Written Beam(Tensor states, int beams, double patience, Func<Written, double> score)
    {
        var open = new List<Written> { new([], 0, false) };
        var ended = new List<Written>();
        var enough = (int)Math.Round(beams * patience);
        for (var step = 0; step < Limit && ended.Count < enough; step++)
        {
            var ranked = open.SelectMany(w => Continuations(w, states)).OrderByDescending(w => w.Sum).ToList();
            open = [.. ranked.Where(w => !w.Ended).Take(beams)];
            // Those that ended count if they would have been among the beams.
            ended.AddRange(ranked.Where(w => w.Ended && w.Sum > open[^1].Sum).Take(enough - ended.Count));
        }

        ended.AddRange(open.Take(Math.Max(0, beams - ended.Count)));
        return ended.MaxBy(score)!;
    }

    private List<Written> Continuations(Written written, Tensor states)
    {
        using var scope = NewDisposeScope();
        var sequence = prompt.Concat(written.Tokens).Select(t => (long)t).ToArray();
        var hidden = model.Decoder.forward(tensor(sequence).unsqueeze(0), states);
        var logits = hidden[0, -1].matmul(model.Decoder.TokenEmbedding.t()).data<float>().ToArray();
        foreach (var token in Forbidden(written.Tokens.Count == 0))
        {
            logits[token] = float.NegativeInfinity;
        }

        var total = Math.Log(logits.Sum(l => Math.Exp(l)));
        return
        [
            .. logits.Select((logit, token) => token == tokenizer.EndOfText
                ? new Written(written.Tokens, written.Sum + logit - total, true)
                : new Written([.. written.Tokens, token], written.Sum + logit - total, false)),
        ];
    }

    private IEnumerable<int> Forbidden(bool first)
    {
        int[] control =
        [
            tokenizer.StartOfTranscript, tokenizer.Translate, tokenizer.Transcribe,
            tokenizer.StartOfLm, tokenizer.StartOfPrev, tokenizer.NoSpeech,
        ];
        return first ? control.Concat(tokenizer.Encode(" ")).Append(tokenizer.EndOfText) : control;
    }
}
