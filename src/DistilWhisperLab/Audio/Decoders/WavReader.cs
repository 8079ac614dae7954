using System.Buffers.Binary;
using NAudio.Wave;

namespace DistilWhisperLab.Audio.Decoders;

/// <summary>
/// Finds the samples of a WAV file. Lengths are promises that recorders and pipes often break: the data may be
/// announced as longer than the file, as 4 GB, or as nothing at all; what is there is read.
/// </summary>
internal static class WavReader
{
    private const int RiffHeaderBytes = 12;
    private const int FormatBytes = 16;
    private const int ExtensibleFormatBytes = 40;
    private const int SubFormatOffset = 24;
    private const long UnknownLength = 0xFFFFFFFF;

    /// <summary>Reads the headers; the decoder goes on from there.</summary>
    /// <param name="stream">At its beginning; need not be able to seek.</param>
    /// <exception cref="InvalidDataException">There are no samples, or nothing that says what they are.</exception>
    /// <exception cref="NotSupportedException">The samples are compressed.</exception>
    /// <exception cref="EndOfStreamException">The headers are cut short.</exception>
    public static AudioDecoder Open(Stream stream)
    {
        Skip(stream, RiffHeaderBytes);
        var format = default(byte[]);
        long longLength = 0;
        Span<byte> header = stackalloc byte[8];
        Span<byte> lengths = stackalloc byte[16];
        while (true)
        {
            stream.ReadExactly(header);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            if (header.StartsWith("data"u8))
            {
                length = length == UnknownLength && longLength > 0 ? longLength : length;
                return Create(stream, format, length is 0 or UnknownLength ? long.MaxValue : length);
            }

            if (header.StartsWith("fmt "u8))
            {
                format = new byte[Math.Min(length, ExtensibleFormatBytes)];
                stream.ReadExactly(format);
                length -= format.Length;
            }
            else if (header.StartsWith("ds64"u8)) // RF64: the lengths that need more than 32 bits
            {
                stream.ReadExactly(lengths);
                longLength = BinaryPrimitives.ReadInt64LittleEndian(lengths[8..]);
                length -= lengths.Length;
            }

            Skip(stream, length + (length & 1)); // chunks begin at even positions
        }
    }

    private static PcmDecoder Create(Stream stream, ReadOnlySpan<byte> format, long bytes)
    {
        if (format.Length < FormatBytes)
        {
            throw new InvalidDataException("there is no format before the samples");
        }

        var encoding = (WaveFormatEncoding)BinaryPrimitives.ReadUInt16LittleEndian(format);
        if (encoding == WaveFormatEncoding.Extensible && format.Length == ExtensibleFormatBytes)
        {
            // The first two bytes of the sub-format's identifier are the encoding.
            encoding = (WaveFormatEncoding)BinaryPrimitives.ReadUInt16LittleEndian(format[SubFormatOffset..]);
        }

        return new PcmDecoder(
            stream,
            encoding,
            bitsPerSample: BinaryPrimitives.ReadUInt16LittleEndian(format[14..]),
            channels: BinaryPrimitives.ReadUInt16LittleEndian(format[2..]),
            sampleRate: (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(format[4..])),
            bytes);
    }

    private static void Skip(Stream stream, long bytes)
    {
        Span<byte> skipped = stackalloc byte[512];
        while (bytes > 0)
        {
            var count = (int)Math.Min(bytes, skipped.Length);
            stream.ReadExactly(skipped[..count]);
            bytes -= count;
        }
    }
}
