using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DistilWhisperLab.Training;

/// <summary>
/// Audio in 16 bits, decoded once and kept in a file: a corpus of any size is then read in any order, and the
/// system keeps in memory what there is room for. The file is gone when it is disposed, or the process ends.
/// </summary>
public sealed class SampleFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private long _length;

    /// <summary>Creates the file.</summary>
    /// <param name="path">Where; what is there is overwritten.</param>
    /// <exception cref="IOException">It cannot be created.</exception>
    public SampleFile(string path)
    {
        // Windows removes the file with its last handle, however the process ends. Elsewhere .NET would remove it on
        // disposal only, but a file without a name takes room only as long as it is open.
        var options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None;
        _file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, options);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }
    }

    /// <summary>Adds an utterance.</summary>
    /// <param name="samples">Its samples in [-1, 1].</param>
    /// <exception cref="IOException">The disk is full.</exception>
    public StoredSamples Add(ReadOnlySpan<float> samples)
    {
        var shorts = new short[samples.Length];
        for (var i = 0; i < shorts.Length; i++)
        {
            shorts[i] = (short)Math.Clamp(MathF.Round(samples[i] * short.MaxValue), short.MinValue, short.MaxValue);
        }

        RandomAccess.Write(_file, MemoryMarshal.AsBytes<short>(shorts), _length);
        var stored = new StoredSamples(this, _length, shorts.Length);
        _length += shorts.Length * sizeof(short);
        return stored;
    }

    /// <summary>Removes the file.</summary>
    public void Dispose() => _file.Dispose();

    internal void Read(long offset, Span<short> target)
    {
        var bytes = MemoryMarshal.AsBytes(target);
        for (var done = 0; done < bytes.Length;)
        {
            var count = RandomAccess.Read(_file, bytes[done..], offset + done);
            done += count > 0 ? count : throw new EndOfStreamException("The file of the training audio ends early.");
        }
    }
}

/// <summary>An utterance in a <see cref="SampleFile"/>.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">Where in it, in bytes.</param>
/// <param name="Length">How many samples.</param>
public readonly record struct StoredSamples(SampleFile File, long Offset, int Length)
{
    /// <summary>Reads its samples.</summary>
    /// <param name="target">Receives them; as long as they are.</param>
    public void Read(Span<short> target) => File.Read(Offset, target);
}
