using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DistilWhisperLab.Training;

/// <summary>
/// Sequences of unequal length as decoder inputs and targets: the input is the sequence without its last token, the
/// target the sequence without its first. What pads a row is no target, nor are the text before and the start token behind
/// it, so that neither counts in any loss. The end of each sequence is a real target, though padding uses the same
/// token. The batch owns its tensors until it is disposed.
/// </summary>
public sealed class TokenBatch : IDisposable
{
    /// <summary>Builds a batch.</summary>
    /// <param name="sequences">Whole sequences, from the start token, or the text before, to the end token.</param>
    /// <param name="padding">Fills the inputs behind a sequence's end; any token.</param>
    /// <param name="device">Where the tensors go; the CPU by default.</param>
    /// <param name="prompts">
    /// For each sequence how many tokens lie before its start token; they and the start token are no targets. Null
    /// where no sequence has any.
    /// </param>
    /// <param name="firstTargets">
    /// For each sequence what is to follow its start token in place of the token that does; null there, or for all,
    /// where it is that token.
    /// </param>
    public TokenBatch(
        IReadOnlyList<IReadOnlyList<int>> sequences,
        int padding,
        Device? device = null,
        IReadOnlyList<int>? prompts = null,
        IReadOnlyList<int?>? firstTargets = null)
    {
        var width = sequences.Max(s => s.Count) - 1;
        var (places, targets) = (new List<long>(), new List<long>());
        using var scope = NewDisposeScope();
        var inputs = full([sequences.Count, width], padding, ScalarType.Int64);
        var inputRows = MemoryMarshal.Cast<byte, long>(inputs.bytes);
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
                    places.Add(place);
                    targets.Add((i == prompt ? firstTargets?[row] : null) ?? sequence[i + 1]);
                }
            }
        }

        Count = places.Count;
        Inputs = inputs.to(device ?? CPU).DetachFromDisposeScope();
        Places = tensor(places).to(device ?? CPU).DetachFromDisposeScope();
        Targets = tensor(targets).to(device ?? CPU).DetachFromDisposeScope();
    }

    /// <summary>Decoder inputs, int64 <c>[batch, n]</c>.</summary>
    public Tensor Inputs { get; }

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
        Places.Dispose();
        Targets.Dispose();
    }
}
