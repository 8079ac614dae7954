using System.Buffers.Binary;
using Concentus;

namespace DistilWhisperLab.Audio.Decoders;

/// <summary>Opus in Ogg (RFC 7845), through Concentus.</summary>
internal sealed class OpusDecoder : AudioDecoder
{
    private const int MaxPacketFrames = 5760; // 120 ms
    private const int FixedHeaderBytes = 19;

    private readonly Stream _stream;
    private readonly OggPages _pages;
    private readonly IOpusMultiStreamDecoder _decoder;
    private readonly int _preSkip;
    private float[] _page = []; // interleaved samples of the page in hand
    private int _position;
    private int _length;
    private long _decodedFrames;
    private long? _firstGranule;
    private long _skip;

    static OpusDecoder()
    {
        // The same samples everywhere, whether or not a libopus is installed.
        OpusCodecFactory.AttemptToUseNativeLibrary = false;
    }

    /// <summary>Reads the header; the decoder goes on from there.</summary>
    /// <param name="stream">At its beginning; disposed with the decoder.</param>
    /// <exception cref="InvalidDataException">The header is not Opus's.</exception>
    public OpusDecoder(Stream stream)
    {
        _stream = stream;
        _pages = new OggPages(stream);
        var head = (_pages.Next() is { Packets: [var first, ..] } ? first : []).AsSpan();
        if (head.Length < FixedHeaderBytes)
        {
            throw new InvalidDataException("the Opus header is too short");
        }

        Channels = head[9];
        _preSkip = BinaryPrimitives.ReadUInt16LittleEndian(head[10..]);
        _skip = _preSkip;
        var family = head[18];
        var mapping = family == 0 ? [0, 1] : head[(FixedHeaderBytes + 2)..].ToArray();
        var (streams, coupled) = family == 0 ? (1, Channels - 1) : (head[19], head[20]);
        if (mapping.Length < Channels || Channels < 1 || (family == 0 && Channels > 2))
        {
            throw new InvalidDataException($"the Opus header names {Channels} channels and does not say where they are");
        }

        _decoder = OpusCodecFactory.CreateMultiStreamDecoder(SampleRate, Channels, streams, coupled, mapping[..Channels]);
        _decoder.Gain = BinaryPrimitives.ReadInt16LittleEndian(head[16..]);
    }

    /// <inheritdoc/>
    public override int SampleRate => 48000; // what Opus works at, whatever was recorded

    /// <inheritdoc/>
    public override int Channels { get; }

    /// <inheritdoc/>
    public override int Read(Span<float> interleaved)
    {
        while (_position == _length)
        {
            if (_pages.Next() is not { } page)
            {
                return 0;
            }

            Decode(page);
        }

        var count = Math.Min(interleaved.Length, _length - _position);
        _page.AsSpan(_position, count).CopyTo(interleaved);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override void Dispose() => _stream.Dispose();

    private void Decode(OggPage page)
    {
        (_position, _length) = (0, 0);
        foreach (var packet in page.Packets.Where(p => !p.AsSpan().StartsWith("OpusTags"u8)))
        {
            if (_page.Length - _length < MaxPacketFrames * Channels)
            {
                Array.Resize(ref _page, Math.Max(_page.Length * 2, _length + MaxPacketFrames * Channels));
            }

            var frames = _decoder.DecodeMultistream(packet, _page.AsSpan(_length), MaxPacketFrames, false);
            _length += frames * Channels;
            _decodedFrames += frames;
        }

        if (_length == 0)
        {
            return;
        }

        // Positions may start anywhere in a recording that was cut; the last page says how much of it counts.
        _firstGranule ??= page.IsLast ? 0 : Math.Max(0, page.Granule - _decodedFrames);
        var surplus = page.IsLast ? _firstGranule.Value + _decodedFrames - page.Granule : 0;
        _length -= (int)Math.Clamp(surplus, 0, _length / Channels) * Channels;
        var skipped = (int)Math.Min(_skip, _length / Channels);
        _skip -= skipped;
        _position = skipped * Channels;
    }
}
