using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Decoding;

/// <summary>Greedy decoding: the most probable token at every step, with key/value caches, a batch at a time.</summary>
/// <param name="model">The model, in evaluation mode.</param>
/// <param name="tokenizer">Its tokenizer.</param>
public sealed class GreedyDecoder(WhisperModel model, WhisperTokenizer tokenizer)
{
    /// <summary>Transcribes windows from their log-mel spectrograms.</summary>
    /// <param name="mel"><c>[batch, mels, window frames]</c>.</param>
    /// <param name="timestamps">Whether timestamp tokens are written.</param>
    public IReadOnlyList<DecodingResult> Decode(Tensor mel, bool timestamps = false)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        return DecodeStates(model.Encoder.forward(mel.to(model.Device)), timestamps);
    }

    /// <summary>Transcribes windows from the encoder's states, for a student that shares its teacher's encoder.</summary>
    /// <param name="states"><c>[batch, frames, d_model]</c>.</param>
    /// <param name="timestamps">Whether timestamp tokens are written.</param>
    public IReadOnlyList<DecodingResult> DecodeStates(Tensor states, bool timestamps = false)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var rows = (int)states.shape[0];
        int[] prompt = timestamps
            ? [tokenizer.StartOfTranscript]
            : [tokenizer.StartOfTranscript, tokenizer.NoTimestamps];
        // Half of the positions are for the transcript, the other half for text that went before, as in the reference.
        var limit = model.Config.MaxTargetPositions / 2;
        using var cache = new KeyValueCache(model.Decoder, states, prompt.Length + limit);
        var written = Enumerable.Range(0, rows).Select(_ => new List<int>()).ToArray();
        var sums = new double[rows];
        var noSpeech = new double[rows];
        var finished = new bool[rows];
        var next = tensor(prompt.Select(t => (long)t).ToArray()).unsqueeze(0).expand(rows, -1).to(model.Device);

        for (var step = 0; step < limit && finished.Contains(false); step++)
        {
            using var stepScope = NewDisposeScope();
            var hidden = model.Decoder.forward(next, cache);
            if (step == 0)
            {
                var first = model.Decoder.Logits(hidden.select(1, 0)).softmax(-1);
                noSpeech = [.. first.select(1, tokenizer.NoSpeech).cpu().data<float>().Select(p => (double)p)];
            }

            var logProbabilities = model.Decoder.Logits(hidden.select(1, hidden.shape[1] - 1)).log_softmax(-1);
            var (values, tokens) = logProbabilities.max(1);
            var chosen = tokens.cpu().data<long>().ToArray();
            var scores = values.cpu().data<float>().ToArray();
            for (var row = 0; row < rows; row++)
            {
                if (!finished[row])
                {
                    sums[row] += scores[row];
                    finished[row] = chosen[row] == tokenizer.EndOfText;
                    if (!finished[row])
                    {
                        written[row].Add((int)chosen[row]);
                    }
                }
            }

            next = tokens.unsqueeze(1).MoveToOuterDisposeScope();
        }

        return [.. Enumerable.Range(0, rows).Select(row => new DecodingResult(
            written[row],
            tokenizer.Decode(written[row]).Trim(),
            sums[row] / (written[row].Count + 1),
            noSpeech[row]))];
    }
}
