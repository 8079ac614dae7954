using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DistilWhisperLab.Training;

/// <summary>
/// Sequences of unequal length as decoder inputs and targets: the input is the sequence without its last token, the
/// target the sequence without its first; what pads a row is <see cref="Ignored"/> in the target, so that it counts
/// in no loss. The end of each sequence is a real target, though padding uses the same token.
/// </summary>
public sealed class TokenBatch : IDisposable
{
    /// <summary>The target of positions that no loss counts (PyTorch's <c>ignore_index</c>).</summary>
    public const long Ignored = -100;

    /// <summary>Builds a batch.</summary>
    /// <param name="sequences">Whole sequences, from the start token to the end token.</param>
    /// <param name="padding">Fills the inputs behind a sequence's end; any token.</param>
    /// <param name="device">Where the tensors go; the CPU by default.</param>
    public TokenBatch(IReadOnlyList<IReadOnlyList<int>> sequences, int padding, Device? device = null)
    {
        var width = sequences.Max(s => s.Count) - 1;
        using var scope = NewDisposeScope();
        var inputs = full([sequences.Count, width], padding, ScalarType.Int64);
        var labels = full([sequences.Count, width], Ignored, ScalarType.Int64);
        var inputRows = MemoryMarshal.Cast<byte, long>(inputs.bytes);
        var labelRows = MemoryMarshal.Cast<byte, long>(labels.bytes);
        for (var row = 0; row < sequences.Count; row++)
        {
            var sequence = sequences[row];
            for (var i = 0; i + 1 < sequence.Count; i++)
            {
                inputRows[row * width + i] = sequence[i];
                labelRows[row * width + i] = sequence[i + 1];
            }

            Targets += sequence.Count - 1;
        }

        Inputs = inputs.to(device ?? CPU).DetachFromDisposeScope();
        Labels = labels.to(device ?? CPU).DetachFromDisposeScope();
    }

    /// <summary>Decoder inputs, int64 <c>[batch, n]</c>.</summary>
    public Tensor Inputs { get; }

    /// <summary>Targets, int64 <c>[batch, n]</c>, <see cref="Ignored"/> where nothing is to be learned.</summary>
    public Tensor Labels { get; }

    /// <summary>The number of targets that count.</summary>
    public int Targets { get; }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Inputs.Dispose();
        Labels.Dispose();
    }
}
