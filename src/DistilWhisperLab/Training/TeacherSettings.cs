using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Training;

/// <summary>What an update of the teacher's training learns from.</summary>
public enum TeacherPhase
{
    /// <summary>The encoder alone, with a CTC loss, on short utterances.</summary>
    Encoder,

    /// <summary>The whole model on one utterance a window, windows cropped to the longest of the batch.</summary>
    Single,

    /// <summary>The whole model on whole windows, most of them filled with several utterances.</summary>
    Joined,
}

/// <summary>The recipe of the lab's teacher; together with the corpus it decides the result.</summary>
public sealed record TeacherSettings
{
    // Fast speech has some eight pieces a second, and decoding writes half of the positions.
    private const int PositionsPerSecond = 16;

    private readonly int? _maxTargetPositions;

    /// <summary>Directory of the model whose weights, dimensions and tokenizer a further stage starts from; null for a model from scratch.</summary>
    public string? From { get; init; }

    /// <summary>Text pieces of the tokenizer, specials not counted.</summary>
    public int Pieces { get; init; } = 512;

    /// <summary>Length of the window in seconds, a whole number for a model that others can read.</summary>
    public double WindowSeconds { get; init; } = 8;

    /// <summary>Width of the model.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Encoder blocks.</summary>
    public int EncoderLayers { get; init; } = 4;

    /// <summary>Decoder blocks.</summary>
    public int DecoderLayers { get; init; } = 8;

    /// <summary>Attention heads everywhere.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>
    /// Decoder positions, specials and timestamps included; by default 16 for each second of the window. Decoding writes
    /// half of them at most.
    /// </summary>
    public int MaxTargetPositions
    {
        get => _maxTargetPositions ?? (int)(PositionsPerSecond * WindowSeconds);
        init => _maxTargetPositions = value;
    }

    /// <summary>Updates of the whole run.</summary>
    public int Updates { get; init; } = 8000;

    /// <summary>
    /// Updates at the start that train the encoder alone, with a CTC head that is thrown away in the end.
    /// Cross-attention finds the alignment within some hundred updates after this start and hardly at all without it.
    /// With 0 there is no CTC loss at any time.
    /// </summary>
    public int CtcUpdates { get; init; } = 1200;

    /// <summary>Utterances a batch while only the encoder is trained.</summary>
    public int CtcBatch { get; init; } = 32;

    /// <summary>The longest utterance in seconds that is used while only the encoder is trained.</summary>
    public double CtcSeconds { get; init; } = 4;

    /// <summary>Windows a batch afterwards.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Weight of the CTC loss beside the cross-entropy.</summary>
    public double CtcWeight { get; init; } = 0.3;

    /// <summary>The share of the run after which the CTC loss is dropped.</summary>
    public double CtcUntil { get; init; } = 0.8;

    /// <summary>The share of the run after which windows are whole and filled with several utterances.</summary>
    public double JoinFrom { get; init; } = 0.5;

    /// <summary>The share of windows that hold one utterance from then on.</summary>
    public double SingleShare { get; init; } = 1.0 / 3;

    /// <summary>The highest learning rate.</summary>
    public double PeakLearningRate { get; init; } = 1.5e-3;

    /// <summary>Updates until the highest learning rate, at the start of the run and of the decoder's training.</summary>
    public int Warmup { get; init; } = 300;

    /// <summary>The probability that a window is learned with timestamps.</summary>
    public double TimestampProbability { get; init; } = 0.5;

    /// <summary>
    /// The probability that a whole window is learned behind the text before it. A teacher that never saw one takes
    /// the prompt of sequential decoding for something to be written.
    /// </summary>
    public double PreviousTextProbability { get; init; } = 0.3;

    /// <summary>
    /// The share of windows in which nobody speaks. Small on purpose: a teacher for studies of hallucination must
    /// still write text for some of them.
    /// </summary>
    public double SpeechlessShare { get; init; } = 0.02;

    /// <summary>The share of utterances that are heard up to 10 % faster or slower.</summary>
    public double SpeedShare { get; init; } = 0.5;

    /// <summary>
    /// The share of windows that a sound 5 to 30 dB below the speech is added to, a noise, music or distant talk; none
    /// while only the encoder is trained.
    /// </summary>
    public double NoiseShare { get; init; } = 0.3;

    /// <summary>The share of windows of whose features a band and two stretches are masked; none while only the encoder is trained.</summary>
    public double MaskShare { get; init; } = 0.5;

    /// <summary>The run's seed.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The recipe of a further stage: no CTC loss, whole windows from the start.</summary>
    /// <param name="directory">The model to start from.</param>
    public static TeacherSettings StageFrom(string directory) => new() { From = directory, CtcUpdates = 0, JoinFrom = 0 };

    /// <summary>Throws where a value cannot be used, or the recipe would leave the decoder as it was.</summary>
    /// <exception cref="LabException">That is so; the sentence names the value.</exception>
    public void Check()
    {
        if (TeacherSettingsCheck.Faults(this).FirstOrDefault() is { } fault)
        {
            throw new LabException(fault);
        }
    }

    /// <summary>What an update, counted from zero, learns from.</summary>
    public TeacherPhase PhaseAt(int update) =>
        update < CtcUpdates ? TeacherPhase.Encoder : update < JoinFrom * Updates ? TeacherPhase.Single : TeacherPhase.Joined;

    /// <summary>Whether an update has the CTC loss.</summary>
    public bool CtcAt(int update) => update < CtcUpdates || (CtcUpdates > 0 && CtcWeight > 0 && update < CtcUntil * Updates);

    /// <summary>
    /// The rate of an update: over the run as <see cref="LearningRate"/> says, and once more from nothing where the
    /// decoder, whose weights are still random, joins in.
    /// </summary>
    public double LearningRateAt(int update)
    {
        var rate = new LearningRate(PeakLearningRate, Warmup, Updates).At(update);
        var decoderUpdates = update - CtcUpdates + 1;
        return CtcUpdates > 0 && decoderUpdates > 0 && decoderUpdates < Warmup ? rate * decoderUpdates / Warmup : rate;
    }

    /// <summary>The model that the run starts with: that of <see cref="From"/>, or one initialised from the seed.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <exception cref="CheckpointException">The directory holds no model.</exception>
    public WhisperModel StartModel(WhisperTokenizer tokenizer)
    {
        if (From is not null)
        {
            return Checkpoint.Load(From);
        }

        manual_seed(Seed);
        return new WhisperModel(Dimensions(tokenizer));
    }

    /// <summary>The dimensions of a model from scratch.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    public WhisperConfig Dimensions(WhisperTokenizer tokenizer) => new()
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
        MaxSourcePositions = (int)Math.Round(50 * WindowSeconds),
        MaxTargetPositions = MaxTargetPositions,
        Other = CompanionFiles.ConfigurationKeys(tokenizer),
    };
}
