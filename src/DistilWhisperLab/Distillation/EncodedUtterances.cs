using DistilWhisperLab.Audio;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Runtime;
using static TorchSharp.torch;

namespace DistilWhisperLab.Distillation;

/// <summary>
/// The frozen encoder's states of a training set, computed once: student and teacher share the encoder, so neither
/// needs the audio again. The set owns the tensor until it is disposed.
/// </summary>
public sealed class EncodedUtterances : IDisposable
{
    private readonly Tensor _states;

    private EncodedUtterances(Tensor states) => _states = states;

    /// <summary>Utterances in the set.</summary>
    public int Count => (int)_states.shape[0];

    /// <summary>Encodes clips, each no longer than the window.</summary>
    /// <param name="teacher">The model whose encoder is shared.</param>
    /// <param name="clips">The audio, in the order in which the states will be asked for.</param>
    /// <param name="progress">Told of the clips done; null for none.</param>
    public static EncodedUtterances Create(
        Transcriber teacher, IReadOnlyList<AudioClip> clips, IProgress<Progress>? progress = null)
    {
        const int batch = 16;
        var config = teacher.Model.Config;
        var device = teacher.Model.Device;
        var states = empty(clips.Count, config.MaxSourcePositions, config.Width, device: device).DetachFromDisposeScope();
        using var inference = no_grad();
        for (var from = 0; from < clips.Count; from += batch)
        {
            using var scope = NewDisposeScope();
            var group = clips.Skip(from).Take(batch).ToList();
            var mel = teacher.Features(group).to(device);
            states.narrow(0, from, group.Count).copy_(teacher.Model.Encoder.forward(mel));
            progress?.Report(new Progress("Encoding", from + group.Count, clips.Count));
        }

        return new EncodedUtterances(states);
    }

    /// <summary>The states of some utterances.</summary>
    /// <param name="utterances">Their numbers.</param>
    /// <returns><c>[count, frames, d_model]</c>, the caller's.</returns>
    public Tensor States(IReadOnlyList<int> utterances)
    {
        using var scope = NewDisposeScope();
        var index = tensor(utterances.Select(i => (long)i).ToArray()).to(_states.device);
        return _states.index_select(0, index).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the states.</summary>
    public void Dispose() => _states.Dispose();
}
