using System.Runtime.InteropServices;

namespace DistilWhisperLab.Audio;

/// <summary>
/// Collects a recording of unknown length. The parts lie in native memory and each is given back as soon as it is
/// copied, so that hours of audio never lie in memory twice.
/// </summary>
internal sealed unsafe class SampleBuffer : IDisposable
{
    private const int PartSamples = 1 << 20;

    private readonly List<nint> _parts = [];

    /// <summary>The number of samples so far.</summary>
    public long Length { get; private set; }

    /// <summary>Appends samples.</summary>
    public void Add(ReadOnlySpan<float> samples)
    {
        while (samples.Length > 0)
        {
            var filled = (int)(Length % PartSamples);
            if (filled == 0)
            {
                _parts.Add((nint)NativeMemory.Alloc(PartSamples, sizeof(float)));
            }

            var count = Math.Min(samples.Length, PartSamples - filled);
            samples[..count].CopyTo(new Span<float>((float*)_parts[^1] + filled, count));
            samples = samples[count..];
            Length += count;
        }
    }

    /// <summary>The whole recording, limited to [-1, 1]; the buffer is empty afterwards.</summary>
    public float[] Take()
    {
        var whole = GC.AllocateUninitializedArray<float>(checked((int)Length));
        for (var i = 0; i < _parts.Count; i++)
        {
            var target = whole.AsSpan(i * PartSamples);
            target = target[..Math.Min(PartSamples, target.Length)];
            var part = new ReadOnlySpan<float>((float*)_parts[i], target.Length);
            for (var j = 0; j < target.Length; j++)
            {
                target[j] = Math.Clamp(part[j], -1f, 1f);
            }

            NativeMemory.Free((void*)_parts[i]);
            _parts[i] = 0;
        }

        Dispose();
        return whole;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _parts.ForEach(part => NativeMemory.Free((void*)part));
        _parts.Clear();
        Length = 0;
    }
}
