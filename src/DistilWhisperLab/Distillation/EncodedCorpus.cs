using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Runtime;
using static TorchSharp.torch;

namespace DistilWhisperLab.Distillation;

/// <summary>
/// Utterances as a model's encoder takes and gives them, computed once as far as the cache has room. Each is computed
/// by itself, so that its numbers do not depend on which others were asked for with it, nor a resumed run's on what
/// its cache held.
/// </summary>
internal sealed class EncodedCorpus(
    Transcriber model, Corpus corpus, IReadOnlyList<Utterance> utterances, TensorCache cache, string name)
{
    private readonly string _featuresKind = name + " features";
    private readonly string _statesKind = name + " states";

    public int Count => utterances.Count;

    /// <summary>Whether the encoder's input was asked for, so that its states are not kept beside it.</summary>
    public bool KeepsFeatures { get; private set; }

    /// <summary>Log-mel spectrograms, <c>[count, mels, window frames]</c>; the caller's.</summary>
    public Tensor Features(IReadOnlyList<int> examples)
    {
        KeepsFeatures = true;
        return Gather(_featuresKind, examples, Compute);
    }

    /// <summary>The encoder's states, <c>[count, frames, d_model]</c>; the caller's.</summary>
    public Tensor States(IReadOnlyList<int> examples) => Gather(_statesKind, examples, Encode);

    /// <summary>
    /// Computes everything that there is room for, in the corpus's order: each recording is then read once, which in
    /// an epoch's order it would not be.
    /// </summary>
    /// <param name="states">Whether the encoder's states are wanted; else its input.</param>
    /// <param name="progress">Told of the utterances done; null for none.</param>
    /// <param name="stop">Stops between two utterances.</param>
    public void Fill(bool states, IProgress<Progress>? progress, CancellationToken stop)
    {
        KeepsFeatures |= !states;
        for (var i = 0; i < Count && !cache.IsOff; i++)
        {
            if (stop.IsCancellationRequested)
            {
                throw new OperationCanceledException("No update was made in this sitting; run the same command to go on.", stop);
            }

            var key = new CacheKey(states ? _statesKind : _featuresKind, i);
            if (cache.Contains(key))
            {
                continue; // Not reported either: what costs no time has no rate.
            }

            using var scope = NewDisposeScope();
            cache.Add(key, (states ? Encode([i]) : Compute([i])).squeeze(0));
            if (!cache.Contains(key))
            {
                return; // The budget is used up.
            }

            progress?.Report(new Progress(states ? "Encoding" : "Reading", i + 1, Count));
        }
    }

    private Tensor Gather(string kind, IReadOnlyList<int> examples, Func<IReadOnlyList<int>, Tensor> compute)
    {
        using var scope = NewDisposeScope();
        if (cache.IsOff)
        {
            return compute(examples).MoveToOuterDisposeScope();
        }

        var each = examples.Select(i => new CacheKey(kind, i))
            .Select(key => cache.Get(key) ?? cache.Add(key, compute([key.Example]).squeeze(0)));
        return stack(each.ToList()).to(model.Model.Device).MoveToOuterDisposeScope();
    }

    private Tensor Compute(IReadOnlyList<int> examples) =>
        model.Features([.. examples.Select(i => corpus.Audio(utterances[i]))]).to(model.Model.Device);

    private Tensor Encode(IReadOnlyList<int> examples)
    {
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        return model.Model.Encoder.forward(Compute(examples)).MoveToOuterDisposeScope();
    }
}
