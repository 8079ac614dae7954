using System.Text;

namespace DistilWhisperLab.Text;

/// <summary>
/// GPT-2's printable alphabet for bytes: vocabulary files spell a piece with one visible character per byte. Bytes
/// that are visible in Latin-1 stand for themselves, the other 68 take the characters from U+0100 on
/// (<c>bytes_to_unicode</c> of the GPT-2 encoder).
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] CharOfByte = new char[256];
    private static readonly Dictionary<char, byte> ByteOfChar = [];

    static ByteAlphabet()
    {
        var order = new List<byte>(256);
        var hidden = new List<byte>();
        for (var b = 0; b < 256; b++)
        {
            var visible = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            CharOfByte[b] = visible ? (char)b : (char)(0x100 + hidden.Count);
            ByteOfChar[CharOfByte[b]] = (byte)b;
            (visible ? order : hidden).Add((byte)b);
        }

        order.AddRange(hidden);
        Order = order;
    }

    /// <summary>All bytes in the order in which GPT-2's vocabulary numbers them: the visible ones first.</summary>
    public static IReadOnlyList<byte> Order { get; }

    /// <summary>The character that spells a byte.</summary>
    public static char Spell(byte value) => CharOfByte[value];

    /// <summary>The bytes that a piece spells, or null where it holds a character outside the alphabet.</summary>
    public static byte[]? Bytes(string piece)
    {
        var bytes = new byte[piece.Length];
        for (var i = 0; i < piece.Length; i++)
        {
            if (!ByteOfChar.TryGetValue(piece[i], out bytes[i]))
            {
                return null;
            }
        }

        return bytes;
    }

    /// <summary>The UTF-8 bytes of a text; half a surrogate pair becomes U+FFFD.</summary>
    public static byte[] Utf8(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
