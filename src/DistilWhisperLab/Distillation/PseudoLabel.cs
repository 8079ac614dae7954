namespace DistilWhisperLab.Distillation;

/// <summary>A training utterance as the teacher heard it (paper §3.1: sequence-level distillation).</summary>
/// <param name="Id">The utterance's id in its corpus.</param>
/// <param name="Truth">What is said, as the corpus has it.</param>
/// <param name="Text">What the teacher wrote.</param>
/// <param name="Sequence">The teacher's tokens, from the start token to the end token, with timestamps where it wrote any.</param>
/// <param name="Errors">Word errors of the text against the truth, both normalised.</param>
/// <param name="TruthWords">Words of the normalised truth.</param>
/// <param name="AverageLogProbability">The teacher's own, per token.</param>
/// <param name="NoSpeechProbability">The teacher's probability that nobody speaks.</param>
public sealed record PseudoLabel(
    string Id,
    string Truth,
    string Text,
    IReadOnlyList<int> Sequence,
    int Errors,
    int TruthWords,
    double AverageLogProbability,
    double NoSpeechProbability)
{
    /// <summary>
    /// The word error rate in percent: what the filter looks at. Infinite where words were written and none are said.
    /// </summary>
    public double Wer => Errors == 0 ? 0 : 100.0 * Errors / TruthWords;
}
