using Microsoft.Win32.SafeHandles;
using TorchSharp;
using static TorchSharp.torch;

namespace DistilWhisperLab.Distillation;

/// <summary>How much may be kept of what a frozen model computes.</summary>
/// <param name="MemoryBytes">First in memory.</param>
/// <param name="DiskBytes">Then on disk, where there is a folder for it.</param>
/// <param name="Half">Whether in 16 bits, which rounds each number to 11 significant bits but keeps twice as many.</param>
public sealed record CacheBudget(long MemoryBytes, long DiskBytes = 0, bool Half = false)
{
    /// <summary>Keeps nothing: all is computed whenever it is needed.</summary>
    public static CacheBudget None { get; } = new(0);

    /// <summary>Two gigabytes of memory.</summary>
    public static CacheBudget Default { get; } = new(2L << 30);
}

/// <summary>What a cache knows a tensor by.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Example">Of which utterance.</param>
/// <param name="Variant">For which form of its label.</param>
internal readonly record struct CacheKey(string Kind, int Example, LabelVariant Variant = LabelVariant.Plain);

/// <summary>
/// Keeps tensors in memory, then on disk, until its budget is used up. What comes in does not go out again: an epoch
/// asks for everything once, and then throwing out the oldest would throw out just what is needed next.
/// </summary>
internal sealed class TensorCache : IDisposable
{
    private readonly CacheBudget _budget;
    private readonly ScalarType _type;
    private readonly Dictionary<CacheKey, Tensor> _memory = [];
    private readonly Dictionary<CacheKey, (long Offset, long[] Shape)> _disk = [];
    private readonly SafeFileHandle? _file;
    private bool _diskIsFull;

    public TensorCache(CacheBudget budget, string? folder = null)
    {
        (_budget, _type) = (budget, budget.Half ? ScalarType.Float16 : ScalarType.Float32);
        if (folder is not null && budget.DiskBytes > 0)
        {
            Directory.CreateDirectory(folder);
            var path = Path.Combine(folder, $"cache-{Environment.ProcessId}.bin");
            var whenClosed = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None;
            _file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Delete, whenClosed);
            if (!OperatingSystem.IsWindows())
            {
                File.Delete(path); // The file lives without a name until the process ends, also one that is killed.
            }
        }
    }

    /// <summary>Whether nothing is kept at all.</summary>
    public bool IsOff => _budget.MemoryBytes == 0 && _file is null;

    public long MemoryBytes { get; private set; }

    public long DiskBytes { get; private set; }

    public int Count => _memory.Count + _disk.Count;

    public bool Contains(CacheKey key) => _memory.ContainsKey(key) || _disk.ContainsKey(key);

    /// <summary>A tensor in float32, the caller's; null where it is not kept.</summary>
    public Tensor? Get(CacheKey key)
    {
        if (_memory.TryGetValue(key, out var kept))
        {
            return Single(kept);
        }

        if (!_disk.TryGetValue(key, out var place))
        {
            return null;
        }

        using var read = empty(place.Shape, _type);
        var bytes = read.bytes;
        for (var done = 0; done < bytes.Length;)
        {
            var count = RandomAccess.Read(_file!, bytes[done..], place.Offset + done);
            done += count > 0 ? count : throw new EndOfStreamException("The cache's file ends early.");
        }

        return Single(read);
    }

    /// <summary>
    /// Keeps a tensor if there is room. What is returned, the caller's, is what <see cref="Get"/> would return, so
    /// that a result does not depend on what found room.
    /// </summary>
    public Tensor Add(CacheKey key, Tensor value)
    {
        using var scope = NewDisposeScope();
        var stored = value.detach().cpu().to(_type).contiguous();
        var size = stored.numel() * stored.dtype.ElementSize();
        if (MemoryBytes + size <= _budget.MemoryBytes)
        {
            MemoryBytes += size;
            // A copy: a slice would keep alive all that it was cut from.
            _memory[key] = stored.clone().DetachFromDisposeScope();
        }
        else if (_file is not null && !_diskIsFull && DiskBytes + size <= _budget.DiskBytes)
        {
            try
            {
                RandomAccess.Write(_file, stored.bytes, DiskBytes);
                _disk[key] = (DiskBytes, stored.shape);
                DiskBytes += size;
            }
            catch (IOException)
            {
                // The cache saves time; a disk that is full must not end the run for it.
                _diskIsFull = true;
            }
        }

        return Single(stored).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var tensor in _memory.Values)
        {
            tensor.Dispose();
        }

        _memory.Clear();
        _file?.Dispose();
    }

    private static Tensor Single(Tensor kept) => kept.dtype == ScalarType.Float32 ? kept.alias() : kept.to(ScalarType.Float32);
}
