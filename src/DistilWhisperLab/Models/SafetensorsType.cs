using static TorchSharp.torch;

namespace DistilWhisperLab.Models;

/// <summary>The names that the safetensors format gives to element types.</summary>
internal static class SafetensorsType
{
    private static readonly (string Name, ScalarType Type)[] Names =
    [
        ("F32", ScalarType.Float32), ("F16", ScalarType.Float16), ("BF16", ScalarType.BFloat16),
        ("F64", ScalarType.Float64), ("I64", ScalarType.Int64), ("I32", ScalarType.Int32),
        ("I16", ScalarType.Int16), ("I8", ScalarType.Int8), ("U8", ScalarType.Byte), ("BOOL", ScalarType.Bool),
    ];

    public static ScalarType? Parse(string? name)
    {
        foreach (var (known, type) in Names)
        {
            if (known == name)
            {
                return type;
            }
        }

        return null;
    }

    public static string Name(ScalarType type) => Names.First(n => n.Type == type).Name;
}
