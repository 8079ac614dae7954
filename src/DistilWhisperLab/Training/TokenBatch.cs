using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DistilWhisperLab.Training;

/// <summary>
/// Sequences of unequal length as decoder inputs and targets: the input is the sequence without its last token, the
/// target the sequence without its first. What pads a row is <see cref="Ignored"/> in the target, and so are the text
/// before and the start token behind it, so that neither counts in any loss. The end of each sequence is a real
/// target, though padding uses the same token. The batch owns its tensors until it is disposed.
/// </summary>
public sealed class TokenBatch : IDisposable
{
    /// <summary>The target of positions that no loss counts (PyTorch's <c>ignore_index</c>).</summary>
    public const long Ignored = -100;

    /// <summary>Builds a batch.</summary>
    /// <param name="sequences">Whole sequences, from the start token, or the text before, to the end token.</param>
    /// <param name="padding">Fills the inputs behind a sequence's end; any token.</param>
    /// <param name="device">Where the tensors go; the CPU by default.</param>
    /// <param name="prompts">
    /// For each sequence how many tokens lie before its start token; they and the start token are no targets. Null
    /// where no sequence has any.
    /// </param>
    public TokenBatch(
        IReadOnlyList<IReadOnlyList<int>> sequences, int padding, Device? device = null, IReadOnlyList<int>? prompts = null)
    {
        var width = sequences.Max(s => s.Count) - 1;
        var places = new List<long>();
        using var scope = NewDisposeScope();
        var inputs = full([sequences.Count, width], padding, ScalarType.Int64);
        var labels = full([sequences.Count, width], Ignored, ScalarType.Int64);
        var inputRows = MemoryMarshal.Cast<byte, long>(inputs.bytes);
        var labelRows = MemoryMarshal.Cast<byte, long>(labels.bytes);
        for (var row = 0; row < sequences.Count; row++)
        {
            var sequence = sequences[row];
            var prompt = prompts?[row] ?? 0;
            for (var i = 0; i + 1 < sequence.Count; i++)
            {
                var place = row * width + i;
                inputRows[place] = sequence[i];
                if (i >= prompt)
                {
                    labelRows[place] = sequence[i + 1];
                    places.Add(place);
                }
            }
        }

        Count = places.Count;
        Inputs = inputs.to(device ?? CPU).DetachFromDisposeScope();
        Labels = labels.to(device ?? CPU).DetachFromDisposeScope();
        Places = tensor(places).to(device ?? CPU).DetachFromDisposeScope();
        Targets = Labels.flatten().index_select(0, Places).DetachFromDisposeScope();
    }

    /// <summary>Decoder inputs, int64 <c>[batch, n]</c>.</summary>
    public Tensor Inputs { get; }

    /// <summary>Targets, int64 <c>[batch, n]</c>, <see cref="Ignored"/> where nothing is to be learned.</summary>
    public Tensor Labels { get; }

    /// <summary>Where the targets that count stand in the flattened batch, int64 <c>[targets]</c>, ascending.</summary>
    public Tensor Places { get; }

    /// <summary>The targets that count, int64 <c>[targets]</c>.</summary>
    public Tensor Targets { get; }

    /// <summary>The number of targets that count.</summary>
    public int Count { get; }

    /// <summary>
    /// The states at the targets that count, so that the product with the vocabulary is taken for these alone.
    /// </summary>
    /// <param name="states"><c>[batch, n, d_model]</c>.</param>
    /// <returns><c>[targets, d_model]</c>.</returns>
    public Tensor AtTargets(Tensor states) => states.flatten(0, 1).index_select(0, Places);

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Inputs.Dispose();
        Labels.Dispose();
        Places.Dispose();
        Targets.Dispose();
    }
}
