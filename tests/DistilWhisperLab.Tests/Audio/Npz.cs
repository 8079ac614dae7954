using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace DistilWhisperLab.Tests.Audio;

/// <summary>Reads NumPy archives.</summary>
internal static partial class Npz
{
    /// <summary>One float32 array.</summary>
    public static (int[] Shape, float[] Values) Read(string path, string name)
    {
        using var zip = ZipFile.OpenRead(path);
        using var entry = zip.GetEntry(name + ".npy")!.Open();
        using var copy = new MemoryStream();
        entry.CopyTo(copy);
        var bytes = copy.ToArray();
        var headerLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        var header = Encoding.ASCII.GetString(bytes, 10, headerLength);
        Assert.Contains("'descr': '<f4'", header);
        Assert.Contains("'fortran_order': False", header);
        var shape = NpyShape().Match(header).Groups[1].Value
            .Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray();
        return (shape, MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + headerLength)).ToArray());
    }

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex NpyShape();
}
