using System.IO.Compression;
using System.Text;

namespace DistilWhisperLab.Decoding;

/// <summary>How well a text compresses: one that repeats itself compresses better than language does.</summary>
public static class TextCompression
{
    /// <summary>Bytes of the text in UTF-8 per byte of its zlib compression; zero for an empty text.</summary>
    public static double Ratio(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        using var compressed = new MemoryStream();
        // .NET's zlib-ng matches like the zlib of the reference, which compresses at level 6, at its highest level only.
        using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write(bytes);
        }

        return bytes.Length == 0 ? 0 : (double)bytes.Length / compressed.Length;
    }
}
