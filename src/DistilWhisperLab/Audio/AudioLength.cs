using System.Buffers.Binary;
using NVorbis;

namespace DistilWhisperLab.Audio;

/// <summary>How long an audio file is, from its headers where they can be trusted.</summary>
public static class AudioLength
{
    private const int FlacHeaderBytes = 26;

    /// <summary>
    /// The length in seconds. FLAC files say it and Ogg Vorbis files number their samples; everything else is decoded.
    /// </summary>
    /// <exception cref="AudioException">As for <see cref="AudioFile.Load(string, int)"/>.</exception>
    public static double Seconds(string path) => FromHeaders(path) ?? AudioFile.Load(path).Duration;

    private static double? FromHeaders(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var head = new byte[FlacHeaderBytes];
            file.ReadExactly(head);
            if (head.AsSpan().StartsWith("fLaC"u8))
            {
                return Flac(head);
            }

            if (head.AsSpan().StartsWith("OggS"u8))
            {
                file.Position = 0;
                using var vorbis = new VorbisReader(file, closeOnDispose: false);
                return vorbis.TotalSamples > 0 ? (double)vorbis.TotalSamples / vorbis.SampleRate : null;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Decoding says what is wrong with it.
        }

        return null;
    }

    /// <summary>From the stream's information block (RFC 9639, section 8.2), which is the first.</summary>
    private static double? Flac(ReadOnlySpan<byte> head)
    {
        // 20 bits sample rate, 3 channels, 5 bits a sample, 36 the number of samples, which may be left at 0.
        var information = BinaryPrimitives.ReadUInt64BigEndian(head[18..]);
        var (rate, samples) = (information >> 44, information & 0xF_FFFF_FFFF);
        return rate > 0 && samples > 0 ? (double)samples / rate : null;
    }
}
