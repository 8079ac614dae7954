namespace DistilWhisperLab.Audio.Decoders;

/// <summary>
/// A file being decoded, block by block. What a decoder throws says that it cannot read the file, damaged or of a
/// kind it does not know; <see cref="AudioFile"/> then asks ffmpeg.
/// </summary>
internal abstract class AudioDecoder : IDisposable
{
    /// <summary>Samples per second of each channel.</summary>
    public abstract int SampleRate { get; }

    /// <summary>Channels, at least one.</summary>
    public abstract int Channels { get; }

    /// <summary>Fills whole frames of interleaved samples.</summary>
    /// <param name="interleaved">As long as a multiple of <see cref="Channels"/>.</param>
    /// <returns>The number of samples, a multiple of <see cref="Channels"/>; zero at the end.</returns>
    public abstract int Read(Span<float> interleaved);

    /// <inheritdoc/>
    public abstract void Dispose();
}
