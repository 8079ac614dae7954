using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Decoding;

/// <summary>How sure a model was of one token, and what else it would have written.</summary>
/// <param name="Token">The token's id.</param>
/// <param name="Text">Its text; a special token's name.</param>
/// <param name="Probability">Its probability given the sound and the tokens before it.</param>
/// <param name="Alternatives">The most probable other tokens, most probable first.</param>
public sealed record TokenScore(
    int Token, string Text, double Probability, IReadOnlyList<(string Text, double Probability)> Alternatives)
{
    /// <summary>Scores a transcript in one pass, the end of the text included.</summary>
    /// <param name="transcriber">The model.</param>
    /// <param name="states">The encoder's states of the window, <c>[1, frames, d_model]</c>.</param>
    /// <param name="result">What was written without timestamps.</param>
    /// <param name="alternatives">How many other tokens to name.</param>
    public static IReadOnlyList<TokenScore> Of(
        Transcriber transcriber, Tensor states, DecodingResult result, int alternatives = 3)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var (decoder, tokenizer) = (transcriber.Model.Decoder, transcriber.Tokenizer);
        int[] sequence = [.. tokenizer.StartSequence(result.Language, SpeechTask.Transcribe, timestamps: false), .. result.Tokens, tokenizer.EndOfText];
        var written = result.Tokens.Count + 1;
        var tokens = tensor(sequence.Select(t => (long)t).ToArray(), device: states.device).unsqueeze(0);
        var hidden = decoder.forward(tokens, states).narrow(1, sequence.Length - written - 1, written);
        var probabilities = decoder.Logits(hidden).to(ScalarType.Float32).softmax(-1).squeeze(0).cpu();
        var (values, indices) = probabilities.topk(alternatives + 1);
        return [.. Enumerable.Range(0, written).Select(i => Score(sequence[^(written - i)], i))];

        TokenScore Score(int token, int row)
        {
            var others = indices[row].data<long>().ToArray()
                .Zip(values[row].data<float>().ToArray(), (id, p) => (Id: (int)id, Probability: (double)p))
                .Where(other => other.Id != token)
                .Take(alternatives)
                .Select(other => (Name(tokenizer, other.Id), other.Probability));
            return new TokenScore(
                token, Name(tokenizer, token), probabilities[row, token].item<float>(), [.. others]);
        }
    }

    private static string Name(WhisperTokenizer tokenizer, int token) =>
        token == tokenizer.EndOfText ? "<|endoftext|>" : tokenizer.DecodeWithTimestamps([token]);
}
