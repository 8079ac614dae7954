using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace DistilWhisperLab.Tests.Training;

/// <summary>
/// Reads TensorBoard's event files without the library that writes them: records of TensorFlow's TFRecord format (length,
/// masked CRC-32C, data, masked CRC-32C), each a protobuf message <c>Event</c>.
/// </summary>
internal static class EventFile
{
    /// <summary>All figures of a folder's files, in order.</summary>
    public static List<(string Tag, long Step, float Value)> Scalars(string folder) =>
        [.. Directory.GetFiles(folder, "events.out.tfevents.*").Order().SelectMany(file => Records(File.ReadAllBytes(file)).SelectMany(OfEvent))];

    private static IEnumerable<byte[]> Records(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            var data = bytes[(at + 12)..(at + 12 + length)];
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            yield return data;
            at += length + 16;
        }
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }

    private static IEnumerable<(string Tag, long Step, float Value)> OfEvent(byte[] message)
    {
        const int step = 2, summary = 5, value = 1, tag = 1, simpleValue = 2;
        var fields = Fields(message);
        var at = fields.Where(f => f.Number == step).Select(f => (long)f.Integer).SingleOrDefault();
        return fields.Where(f => f.Number == summary).SelectMany(f => Fields(f.Bytes)).Where(f => f.Number == value).Select(f =>
        {
            var parts = Fields(f.Bytes);
            var number = parts.Where(p => p.Number == simpleValue).Select(p => (uint)p.Integer).SingleOrDefault();
            return (Encoding.UTF8.GetString(parts.Single(p => p.Number == tag).Bytes), at, BitConverter.UInt32BitsToSingle(number));
        });
    }

    private static List<(int Number, ulong Integer, byte[] Bytes)> Fields(byte[] message)
    {
        var (fields, at) = (new List<(int, ulong, byte[])>(), 0);
        while (at < message.Length)
        {
            var key = Variable();
            var (number, kind) = ((int)(key >> 3), key & 7);
            fields.Add(kind switch
            {
                0 => (number, Variable(), []),
                1 => (number, BinaryPrimitives.ReadUInt64LittleEndian(Take(8)), []),
                2 => (number, 0, Take((int)Variable())),
                5 => (number, BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), []),
                _ => throw new InvalidDataException($"A protobuf field of kind {kind}."),
            });
        }

        return fields;

        ulong Variable()
        {
            var value = 0ul;
            for (var shift = 0; ; shift += 7)
            {
                value |= (message[at] & 0x7ful) << shift;
                if (message[at++] < 0x80)
                {
                    return value;
                }
            }
        }

        byte[] Take(int count) => message[at..(at += count)];
    }
}
