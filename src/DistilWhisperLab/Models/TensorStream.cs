using TorchSharp;
using static TorchSharp.torch;

namespace DistilWhisperLab.Models;

/// <summary>
/// Moves a tensor's elements between a stream and a tensor, converting type and device on the way, a few megabytes
/// at a time: so that a model is never held twice while it is read or written.
/// </summary>
internal static class TensorStream
{
    private const int ChunkElements = 1 << 20;

    /// <summary>Fills a contiguous tensor from the next bytes of a stream, which hold elements of <paramref name="type"/>.</summary>
    /// <exception cref="EndOfStreamException">The stream ends too early.</exception>
    public static void Read(Stream stream, ScalarType type, Tensor target)
    {
        if (target.numel() == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var flat = target.detach().view(-1);
        var total = flat.numel();
        var chunk = empty(Math.Min(total, ChunkElements), type);
        for (long at = 0; at < total; at += ChunkElements)
        {
            var count = Math.Min(ChunkElements, total - at);
            stream.ReadExactly(chunk.bytes[..(int)(count * type.ElementSize())]);
            using var step = NewDisposeScope();
            flat.narrow(0, at, count).copy_(chunk.narrow(0, 0, count));
        }
    }

    /// <summary>Writes a tensor's elements, in row-major order, as <paramref name="type"/>.</summary>
    public static void Write(Stream stream, Tensor tensor, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var flat = tensor.detach().contiguous().view(-1);
        var total = flat.numel();
        for (long at = 0; at < total; at += ChunkElements)
        {
            using var step = NewDisposeScope();
            stream.Write(flat.narrow(0, at, Math.Min(ChunkElements, total - at)).to(type).cpu().bytes);
        }
    }
}
