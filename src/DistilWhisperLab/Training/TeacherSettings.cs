using DistilWhisperLab.Models;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Training;

/// <summary>The recipe of the lab's teacher; together with the corpus it decides the result.</summary>
public sealed record TeacherSettings
{
    /// <summary>Text pieces of the tokenizer, specials not counted.</summary>
    public int Pieces { get; init; } = 512;

    /// <summary>Length of the window in seconds.</summary>
    public double WindowSeconds { get; init; } = 4;

    /// <summary>Width of the model.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Encoder blocks.</summary>
    public int EncoderLayers { get; init; } = 4;

    /// <summary>Decoder blocks.</summary>
    public int DecoderLayers { get; init; } = 4;

    /// <summary>Attention heads everywhere.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Updates of the whole run.</summary>
    public int Updates { get; init; } = 3200;

    /// <summary>
    /// Updates at the start that train the encoder alone, on utterances cropped to their length, with a CTC head that
    /// is thrown away in the end. Cross-attention finds the alignment within some hundred updates after this start
    /// and hardly at all without it.
    /// </summary>
    public int CtcUpdates { get; init; } = 700;

    /// <summary>Utterances a batch while only the encoder is trained.</summary>
    public int CtcBatch { get; init; } = 32;

    /// <summary>Windows a batch afterwards.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Weight of the CTC loss beside the cross-entropy.</summary>
    public double CtcWeight { get; init; } = 0.3;

    /// <summary>The share of the run after which the CTC loss is dropped.</summary>
    public double CtcUntil { get; init; } = 0.8;

    /// <summary>The highest learning rate.</summary>
    public double PeakLearningRate { get; init; } = 1.5e-3;

    /// <summary>Updates until the highest learning rate.</summary>
    public int Warmup { get; init; } = 300;

    /// <summary>The probability that a window is learned with timestamps.</summary>
    public double TimestampProbability { get; init; } = 0.5;

    /// <summary>The run's seed.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The model's dimensions.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    public WhisperConfig Model(WhisperTokenizer tokenizer) => new()
    {
        VocabularySize = tokenizer.VocabularySize,
        MelBins = 80,
        Width = Width,
        EncoderLayers = EncoderLayers,
        EncoderHeads = Heads,
        EncoderFeedForward = 4 * Width,
        DecoderLayers = DecoderLayers,
        DecoderHeads = Heads,
        DecoderFeedForward = 4 * Width,
        MaxSourcePositions = (int)(50 * WindowSeconds),
        MaxTargetPositions = 96,
        Other = CompanionFiles.ConfigurationKeys(tokenizer),
    };
}
