using NVorbis;

namespace DistilWhisperLab.Audio.Decoders;

/// <summary>Vorbis in Ogg, through NVorbis.</summary>
internal sealed class VorbisDecoder(Stream stream) : AudioDecoder
{
    private readonly VorbisReader _reader = new(stream, closeOnDispose: true);

    /// <inheritdoc/>
    public override int SampleRate => _reader.SampleRate;

    /// <inheritdoc/>
    public override int Channels => _reader.Channels;

    /// <inheritdoc/>
    public override int Read(Span<float> interleaved) => _reader.ReadSamples(interleaved);

    /// <inheritdoc/>
    public override void Dispose() => _reader.Dispose();
}
