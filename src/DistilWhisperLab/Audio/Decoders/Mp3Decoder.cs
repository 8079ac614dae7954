using System.Buffers.Binary;
using NAudio.Wave;
using NLayer;
using MpegVersion = NAudio.Wave.MpegVersion;

namespace DistilWhisperLab.Audio.Decoders;

/// <summary>
/// MPEG audio, through NLayer. Where the encoder says how much it put before and after the recording (LAME's tag in
/// the Xing or Info frame), that is cut off; NLayer's own cut forgets the decoder's delay, so it never sees the tag.
/// </summary>
internal sealed class Mp3Decoder : AudioDecoder
{
    private const int DecoderDelay = 529; // samples that every decoder of layer 3 adds in front

    private readonly Stream _stream;
    private readonly MpegFile _file;
    private long _skip;
    private long _left = long.MaxValue;

    /// <summary>Decodes a file from its beginning.</summary>
    /// <param name="stream">Seekable; disposed with the decoder.</param>
    /// <exception cref="InvalidDataException">There is no MPEG frame.</exception>
    public Mp3Decoder(Stream stream)
    {
        _stream = stream;
        var start = ReadEncoderTag(stream);
        _file = new MpegFile(new TailStream(stream, start));
        if (_file.Channels < 1)
        {
            throw new InvalidDataException("there is no MPEG frame");
        }
    }

    /// <inheritdoc/>
    public override int SampleRate => _file.SampleRate;

    /// <inheritdoc/>
    public override int Channels => _file.Channels;

    /// <inheritdoc/>
    public override int Read(Span<float> interleaved)
    {
        while (true)
        {
            var frames = _file.ReadSamples(interleaved) / Channels;
            if (frames == 0 || _left == 0)
            {
                return 0;
            }

            var skipped = (int)Math.Min(_skip, frames);
            _skip -= skipped;
            var count = (int)Math.Min(frames - skipped, _left);
            _left -= count;
            if (count > 0)
            {
                interleaved.Slice(skipped * Channels, count * Channels).CopyTo(interleaved);
                return count * Channels;
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _file.Dispose();
        _stream.Dispose();
    }

    /// <summary>Notes what the encoder's tag says.</summary>
    /// <returns>Where the frames with sound begin: behind the tag, or at the file's beginning.</returns>
    private long ReadEncoderTag(Stream stream)
    {
        Id3v2Tag.ReadTag(stream);
        var frame = Mp3Frame.LoadFromStream(stream);
        if (frame?.RawData is not { } data)
        {
            return 0;
        }

        var mono = frame.ChannelMode == ChannelMode.Mono;
        var sideInformation = (frame.MpegVersion == MpegVersion.Version1, mono) switch
        {
            (true, false) => 32,
            (false, true) => 9,
            _ => 17,
        };
        var xing = data.AsSpan(Math.Min(data.Length, 4 + sideInformation));
        if (!xing.StartsWith("Xing"u8) && !xing.StartsWith("Info"u8))
        {
            return 0;
        }

        var flags = BinaryPrimitives.ReadUInt32BigEndian(xing[4..]);
        var (hasFrames, hasBytes, hasSeekTable, hasQuality) = ((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, (flags & 8) != 0);
        var lame = xing[(8 + (hasFrames ? 4 : 0) + (hasBytes ? 4 : 0) + (hasSeekTable ? 100 : 0) + (hasQuality ? 4 : 0))..];
        if (lame.Length >= 24 && lame[0] != 0) // an encoder has signed
        {
            var delay = lame[21] << 4 | lame[22] >> 4;
            var padding = (lame[22] & 0x0F) << 8 | lame[23];
            _skip = delay + DecoderDelay;
            if (hasFrames)
            {
                _left = Math.Max(0, (long)BinaryPrimitives.ReadUInt32BigEndian(xing[8..]) * frame.SampleCount - delay - padding);
            }
        }

        return stream.Position;
    }
}
