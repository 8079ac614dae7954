using static TorchSharp.torch;

namespace DistilWhisperLab.Decoding;

/// <summary>Tokens that were written, the end token left out, and their summed log-probability, its included.</summary>
internal sealed record Hypothesis(IReadOnlyList<int> Tokens, double LogProbability);

/// <summary>How the next tokens are chosen: the state of one decoding of a batch.</summary>
internal interface ITokenSelection
{
    /// <summary>What each row has written so far, all equally many; a row that has ended repeats the end token.</summary>
    IReadOnlyList<IReadOnlyList<int>> Written { get; }

    /// <summary>Which row each row continues, after <see cref="Advance"/>; null where each continues itself.</summary>
    IReadOnlyList<int>? Sources { get; }

    /// <summary>Chooses every row's next token; true once all have ended.</summary>
    /// <param name="logits">float32 <c>[rows, vocabulary]</c>, forbidden tokens at minus infinity.</param>
    bool Advance(Tensor logits);

    /// <summary>What was written about each of the encoder's states.</summary>
    IReadOnlyList<IReadOnlyList<Hypothesis>> Finish();
}
