namespace DistilWhisperLab.Decoding;

/// <summary>How a long recording is transcribed window by window; the defaults are those of openai-whisper's <c>transcribe()</c>.</summary>
public sealed record SequentialOptions
{
    /// <summary>
    /// How each window is decoded. The temperature is <see cref="Fallback"/>'s, the prompt the text before.
    /// </summary>
    public DecodingOptions Decoding { get; init; } = new() { Timestamps = true };

    /// <summary>When a window is decoded again, and when it is passed over as silence.</summary>
    public DecodingFallback Fallback { get; init; } = new();

    /// <summary>Whether each window is told the text before it: more consistent, but an error may go on and on.</summary>
    public bool ConditionOnPreviousText { get; init; } = true;

    /// <summary>Text to put before the first window, such as names and their spelling; null for none.</summary>
    public string? InitialPrompt { get; init; }

    /// <summary>
    /// The parts to transcribe: start, end, start, end and so on in seconds, the last end left out meaning the
    /// recording's; empty for all of it.
    /// </summary>
    public IReadOnlyList<double> ClipTimestamps { get; init; } = [];
}
