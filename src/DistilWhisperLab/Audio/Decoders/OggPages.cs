using System.Buffers.Binary;

namespace DistilWhisperLab.Audio.Decoders;

/// <summary>One page of an Ogg stream.</summary>
/// <param name="Packets">The packets that end on this page.</param>
/// <param name="Granule">The position after the last of them, or -1 when none ends here.</param>
/// <param name="IsFirst">The page begins a logical stream.</param>
/// <param name="IsLast">The page ends its logical stream.</param>
internal sealed record OggPage(IReadOnlyList<byte[]> Packets, long Granule, bool IsFirst, bool IsLast);

/// <summary>Reads the pages of the first logical stream of an Ogg file (RFC 3533).</summary>
internal sealed class OggPages(Stream stream)
{
    private const int HeaderBytes = 27;
    private const int MaxPacketBytes = 1 << 20;

    private readonly MemoryStream _packet = new();
    private uint? _serial;

    /// <summary>The next page, or null at the end; a page cut short by the end of the file does not count.</summary>
    /// <exception cref="InvalidDataException">There is no page where one should be.</exception>
    /// <exception cref="NotSupportedException">A second stream follows or is interleaved.</exception>
    public OggPage? Next()
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes)
        {
            return null;
        }

        if (!header.StartsWith("OggS"u8))
        {
            throw new InvalidDataException("an Ogg page is missing");
        }

        var serial = BinaryPrimitives.ReadUInt32LittleEndian(header[14..]);
        if (serial != (_serial ??= serial))
        {
            throw new NotSupportedException("the Ogg file holds more than one stream");
        }

        Span<byte> lacing = stackalloc byte[header[26]];
        if (stream.ReadAtLeast(lacing, lacing.Length, throwOnEndOfStream: false) < lacing.Length)
        {
            return null;
        }

        var packets = new List<byte[]>();
        var segment = new byte[255];
        foreach (var length in lacing)
        {
            if (stream.ReadAtLeast(segment.AsSpan(0, length), length, throwOnEndOfStream: false) < length)
            {
                return null;
            }

            _packet.Write(segment, 0, length);
            if (_packet.Length > MaxPacketBytes)
            {
                throw new InvalidDataException("an Ogg packet never ends");
            }

            if (length < segment.Length) // a full segment is continued by the next
            {
                packets.Add(_packet.ToArray());
                _packet.SetLength(0);
            }
        }

        var flags = header[5];
        return new OggPage(packets, BinaryPrimitives.ReadInt64LittleEndian(header[6..]), (flags & 2) != 0, (flags & 4) != 0);
    }
}
