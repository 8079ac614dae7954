using DistilWhisperLab.Decoding;

namespace DistilWhisperLab.Evaluation;

/// <summary>How test sets are transcribed; part of what a cached result is found by.</summary>
public sealed record EvaluationSettings
{
    /// <summary>How single utterances are decoded; greedily and without timestamps by default (paper §5). Texts are compared by the normaliser of its language, English where it names none.</summary>
    public DecodingOptions Decoding { get; init; } = new();

    /// <summary>How long recordings are transcribed; the sequential algorithm.</summary>
    public SequentialOptions LongForm { get; init; } = new();

    /// <summary>Noise mixed into the audio before; null for none.</summary>
    public AddedNoise? Noise { get; init; }

    /// <summary>Utterances decoded together, which decides the real-time factor.</summary>
    public int Batch { get; init; } = 16;
}
