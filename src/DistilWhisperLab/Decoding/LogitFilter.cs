using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Decoding;

/// <summary>
/// Forbids tokens by setting their logits to minus infinity: the suppressed ones always, blank and end as the first
/// token, and what the rules of timestamps exclude (the <c>LogitFilter</c>s of openai-whisper). It owns its tensors
/// until it is disposed.
/// </summary>
internal sealed class LogitFilter : IDisposable
{
    private readonly TimestampRules? _timestamps;
    private readonly Tensor? _always; // float32 [vocabulary], zero or minus infinity
    private readonly Tensor? _atFirst;

    public LogitFilter(WhisperTokenizer tokenizer, DecodingOptions options, Device device)
    {
        _timestamps = options.Timestamps ? new TimestampRules(tokenizer, options.MaxInitialTimestamp) : null;
        var suppressed = options.SuppressTokens ?? tokenizer.SuppressedTokens;
        // An explicit empty list means just that, also for control tokens.
        int[] always = options.SuppressTokens is { Count: 0 } ? [] : [.. suppressed, .. tokenizer.ControlTokens];
        int[] blank = options.SuppressBlank ? [.. tokenizer.Encode(" "), tokenizer.EndOfText] : [];
        _always = Penalty(always);
        _atFirst = Penalty([.. always, .. blank]);

        Tensor? Penalty(int[] tokens)
        {
            if (tokens.Length == 0)
            {
                return null;
            }

            var penalty = new float[tokenizer.VocabularySize];
            foreach (var token in tokens)
            {
                penalty[token] = token >= 0 && token < penalty.Length
                    ? float.NegativeInfinity
                    : throw new LabException($"There is no token {token} to suppress; the vocabulary has {penalty.Length}.");
            }

            return tensor(penalty, device: device).DetachFromDisposeScope();
        }
    }

    /// <summary>Forbids in place what may not follow.</summary>
    /// <param name="logits">float32 <c>[rows, vocabulary]</c>.</param>
    /// <param name="written">What each row has written, all equally many tokens.</param>
    public void Apply(Tensor logits, IReadOnlyList<IReadOnlyList<int>> written)
    {
        if ((written[0].Count == 0 ? _atFirst : _always) is { } penalty)
        {
            logits.add_(penalty, KeptScalars.One);
        }

        _timestamps?.Apply(logits, written);
    }

    public void Dispose()
    {
        _always?.Dispose();
        _atFirst?.Dispose();
    }
}
