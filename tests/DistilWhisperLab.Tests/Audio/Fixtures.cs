using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DistilWhisperLab.Tests.Audio;

/// <summary>Real data made elsewhere: DISTILWHISPERLAB_FIXTURES, else shared/fixtures beside the repository.</summary>
internal static partial class Fixtures
{
    /// <summary>The path of a fixture; skips the test, saying why, where the fixtures are absent.</summary>
    public static string Require(string relative)
    {
        var path = Find(relative);
        Assert.SkipWhen(path is null, $"{relative} is not there (DISTILWHISPERLAB_FIXTURES, else ../shared/fixtures).");
        return path!;
    }

    /// <summary>The path of a fixture, or null where it is absent.</summary>
    public static string? Find(string relative)
    {
        var root = Environment.GetEnvironmentVariable("DISTILWHISPERLAB_FIXTURES");
        for (var folder = AppContext.BaseDirectory; root is null && folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "DistilWhisperLab.sln")))
            {
                root = Path.Combine(folder, "..", "shared", "fixtures");
            }
        }

        var path = Path.GetFullPath(Path.Combine(root ?? "fixtures", relative));
        return Path.Exists(path) ? path : null;
    }

    /// <summary>One float32 array of a NumPy archive.</summary>
    public static (int[] Shape, float[] Values) ReadNpz(string path, string name)
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

    /// <summary>One float32 tensor of a safetensors file.</summary>
    public static (int[] Shape, float[] Values) ReadSafetensors(string path, string name)
    {
        var bytes = File.ReadAllBytes(path);
        var headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, headerLength));
        var tensor = header.RootElement.GetProperty(name);
        Assert.Equal("F32", tensor.GetProperty("dtype").GetString());
        var offsets = tensor.GetProperty("data_offsets");
        var data = bytes.AsSpan(8 + headerLength)[offsets[0].GetInt32()..offsets[1].GetInt32()];
        return ([.. tensor.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())],
            MemoryMarshal.Cast<byte, float>(data).ToArray());
    }

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex NpyShape();
}
