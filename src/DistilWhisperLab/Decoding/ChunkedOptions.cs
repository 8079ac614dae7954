namespace DistilWhisperLab.Decoding;

/// <summary>How a long recording is transcribed in overlapping chunks; the defaults are those of transformers' pipeline.</summary>
public sealed record ChunkedOptions
{
    /// <summary>
    /// How each chunk is decoded. The temperature is <see cref="Fallback"/>'s; without timestamps the whole text is
    /// one segment.
    /// </summary>
    public DecodingOptions Decoding { get; init; } = new();

    /// <summary>When a chunk is decoded again; temperature zero alone by default.</summary>
    public DecodingFallback Fallback { get; init; } = new() { Temperatures = [0] };

    /// <summary>Seconds in a chunk, at most the model's window; null takes the window. A sixth overlaps on each side.</summary>
    public double? ChunkSeconds { get; init; }

    /// <summary>Chunks decoded together.</summary>
    public int BatchSize { get; init; } = 16;
}
