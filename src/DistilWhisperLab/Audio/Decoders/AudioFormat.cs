using System.Buffers.Binary;

namespace DistilWhisperLab.Audio.Decoders;

/// <summary>What a file holds by its first bytes, whatever its name says.</summary>
internal enum AudioFormat
{
    /// <summary>None of the others: ffmpeg may know it.</summary>
    Other,

    /// <summary>Plain text, which no audio format is.</summary>
    Text,

    /// <summary>RIFF or RF64 WAVE.</summary>
    Wav,

    /// <summary>Apple's AIFF, uncompressed.</summary>
    Aiff,

    /// <summary>MPEG audio, layers 1 to 3.</summary>
    Mp3,

    /// <summary>Vorbis in Ogg.</summary>
    Vorbis,

    /// <summary>Opus in Ogg.</summary>
    Opus,
}

/// <summary>Tells formats apart.</summary>
internal static class AudioFormats
{
    /// <summary>As many first bytes as <see cref="Of"/> can use.</summary>
    public const int HeadBytes = 4096;

    private const int OggPayload = 28; // where the first packet of an Ogg page with one segment begins

    /// <summary>The format of a file that begins with <paramref name="head"/>.</summary>
    public static AudioFormat Of(ReadOnlySpan<byte> head)
    {
        if ((head.StartsWith("RIFF"u8) || head.StartsWith("RF64"u8)) && At(head, 8, "WAVE"u8))
        {
            return AudioFormat.Wav;
        }

        if (head.StartsWith("FORM"u8) && At(head, 8, "AIFF"u8))
        {
            return AudioFormat.Aiff;
        }

        if (head.StartsWith("OggS"u8))
        {
            return At(head, OggPayload, "OpusHead"u8) ? AudioFormat.Opus
                : At(head, OggPayload, "\x01vorbis"u8) ? AudioFormat.Vorbis
                : AudioFormat.Other;
        }

        if (IsMpegAudio(head))
        {
            return AudioFormat.Mp3;
        }

        return IsText(head) ? AudioFormat.Text : AudioFormat.Other;
    }

    private static bool At(ReadOnlySpan<byte> head, int offset, ReadOnlySpan<byte> text) =>
        head.Length >= offset && head[offset..].StartsWith(text);

    /// <summary>A frame header with a legal version, layer, bit rate and sample rate, or an ID3 tag before one.</summary>
    private static bool IsMpegAudio(ReadOnlySpan<byte> head)
    {
        const int id3HeaderBytes = 10;
        if (head.StartsWith("ID3"u8) && head.Length > id3HeaderBytes)
        {
            var tagBytes = id3HeaderBytes + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]);
            return tagBytes >= head.Length || IsMpegAudio(head[tagBytes..]);
        }

        if (head.Length < 4)
        {
            return false;
        }

        var header = BinaryPrimitives.ReadUInt32BigEndian(head);
        return header >> 21 == 0x7FF
            && (header >> 19 & 3) != 1 && (header >> 17 & 3) != 0 && (header >> 12 & 15) is not (0 or 15) && (header >> 10 & 3) != 3;
    }

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        foreach (var b in head)
        {
            if (b < ' ' && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f'))
            {
                return false;
            }
        }

        return true;
    }
}
