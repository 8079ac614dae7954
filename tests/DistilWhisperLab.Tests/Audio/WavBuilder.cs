namespace DistilWhisperLab.Tests.Audio;

/// <summary>Writes WAV files of every kind, sound ones and lying ones.</summary>
internal sealed record WavBuilder
{
    public const int Pcm = 1;
    public const int Float = 3;
    public const int ALaw = 6;
    public const int MuLaw = 7;

    public int Encoding { get; init; } = Pcm;

    public int Bits { get; init; } = 16;

    public int Channels { get; init; } = 1;

    public int SampleRate { get; init; } = 16000;

    public bool Extensible { get; init; }

    /// <summary>What the header says about the length of the data, in bytes; the truth when null.</summary>
    public uint? ClaimedLength { get; init; }

    /// <summary>What the header says about the length of the file; the truth when null.</summary>
    public uint? ClaimedFileLength { get; init; }

    /// <summary>Chunks that stand before the format and before the data.</summary>
    public (string Name, byte[] Content)[] Before { get; init; } = [];

    /// <summary>A chunk after the data.</summary>
    public (string Name, byte[] Content)? After { get; init; }

    /// <param name="data">The samples as the file stores them.</param>
    public byte[] Build(byte[] data)
    {
        using var body = new MemoryStream();
        using var writer = new BinaryWriter(body);
        writer.Write("WAVE"u8);
        Array.ForEach(Before, chunk => WriteChunk(writer, chunk.Name, chunk.Content));
        WriteChunk(writer, "fmt ", Format());
        Array.ForEach(Before, chunk => WriteChunk(writer, chunk.Name, chunk.Content));
        writer.Write("data"u8);
        writer.Write(ClaimedLength ?? (uint)data.Length);
        writer.Write(data);
        if (After is { } after)
        {
            writer.Write(new byte[data.Length % 2]);
            WriteChunk(writer, after.Name, after.Content);
        }

        return [.. "RIFF"u8, .. BitConverter.GetBytes(ClaimedFileLength ?? (uint)body.Length), .. body.ToArray()];
    }

    /// <summary>The samples (interleaved, in [-1, 1]) in this encoding; not for the laws.</summary>
    public byte[] Encode(IEnumerable<double> samples) => [.. samples.SelectMany(s => (Encoding, Bits) switch
    {
        (Pcm, 8) => [(byte)(Scale(s, 7) + 128)],
        (Pcm, 16) => BitConverter.GetBytes((short)Scale(s, 15)),
        (Pcm, 24) => BitConverter.GetBytes((int)Scale(s, 23))[..3],
        (Pcm, 32) => BitConverter.GetBytes((int)Scale(s, 31)),
        (Float, 32) => BitConverter.GetBytes((float)s),
        (Float, 64) => BitConverter.GetBytes(s),
        _ => throw new InvalidOperationException($"{Encoding} with {Bits} bits"),
    })];

    private static long Scale(double sample, int bits) =>
        (long)Math.Clamp(Math.Round(sample * (1L << bits)), -(1L << bits), (1L << bits) - 1);

    private byte[] Format()
    {
        using var format = new MemoryStream();
        using var writer = new BinaryWriter(format);
        writer.Write((short)(Extensible ? -2 : Encoding));
        writer.Write((short)Channels);
        writer.Write(SampleRate);
        writer.Write(SampleRate * Channels * Bits / 8);
        writer.Write((short)(Channels * Bits / 8));
        writer.Write((short)Bits);
        if (Extensible)
        {
            writer.Write((short)22);
            writer.Write((short)Bits);
            writer.Write(0);
            writer.Write((short)Encoding);
            writer.Write([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]);
        }

        return format.ToArray();
    }

    private static void WriteChunk(BinaryWriter writer, string name, byte[] content)
    {
        writer.Write(System.Text.Encoding.ASCII.GetBytes(name));
        writer.Write(content.Length);
        writer.Write(content);
        writer.Write(new byte[content.Length % 2]);
    }
}
