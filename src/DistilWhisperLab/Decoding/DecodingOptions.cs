using DistilWhisperLab.Text;

namespace DistilWhisperLab.Decoding;

/// <summary>How one window is decoded; the names and defaults are those of openai-whisper's <c>DecodingOptions</c>.</summary>
public sealed record DecodingOptions
{
    /// <summary>Transcription or translation.</summary>
    public SpeechTask Task { get; init; }

    /// <summary>The speech's language as a code (<c>de</c>); null lets the model detect it.</summary>
    public string? Language { get; init; }

    /// <summary>Zero takes the most probable token, more samples from the distribution sharpened by 1/temperature.</summary>
    public double Temperature { get; init; }

    /// <summary>Independent samples of which the best is taken; only with a temperature above zero.</summary>
    public int? BestOf { get; init; }

    /// <summary>Beams kept at every step; null decodes greedily. Only at temperature zero.</summary>
    public int? BeamSize { get; init; }

    /// <summary>Times the beam size: how many finished sequences end a beam search; null means 1.</summary>
    public double? Patience { get; init; }

    /// <summary>Alpha of Google's length penalty, 0 to 1; null divides the log-probability by the length.</summary>
    public double? LengthPenalty { get; init; }

    /// <summary>Tokens of the text before this window, for context.</summary>
    public IReadOnlyList<int> Prompt { get; init; } = [];

    /// <summary>Whether timestamp tokens are written.</summary>
    public bool Timestamps { get; init; }

    /// <summary>
    /// Tokens never written, the control tokens beside them; null takes the checkpoint's own list
    /// (<see cref="WhisperTokenizer.SuppressedTokens"/>), an empty one forbids nothing at all.
    /// </summary>
    public IReadOnlyList<int>? SuppressTokens { get; init; }

    /// <summary>Whether the first token must be more than a blank or the end.</summary>
    public bool SuppressBlank { get; init; } = true;

    /// <summary>The latest time in seconds at which the first timestamp may stand; null for no limit.</summary>
    public double? MaxInitialTimestamp { get; init; } = 1.0;

    /// <summary>Seeds the sampling, so that the same call writes the same text.</summary>
    public int Seed { get; init; }
}
