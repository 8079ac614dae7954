using DistilWhisperLab.Decoding;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Training;
using static TorchSharp.torch;

namespace DistilWhisperLab.Distillation;

/// <summary>
/// What the teacher knows of a training set: its encoder's states, which a student with the same frozen encoder shares,
/// and its decoder's final states, from which its logits are one product (so that none need be cut off to save room).
/// Both are computed once as far as the budget goes. Several students may be trained from one cache, one after the
/// other. It owns what it keeps until it is disposed, not the teacher.
/// </summary>
public sealed class TeacherCache : IDisposable
{
    private const string Hidden = "decoder states";

    private readonly TensorCache _storage;
    private readonly EncodedCorpus _encoded;

    /// <summary>Creates an empty cache.</summary>
    /// <param name="teacher">The teacher; left as it is.</param>
    /// <param name="set">The training set.</param>
    /// <param name="budget">How much is kept; null for the default.</param>
    /// <param name="folder">For what does not fit the memory; null keeps nothing on disk.</param>
    public TeacherCache(Transcriber teacher, LabelledCorpus set, CacheBudget? budget = null, string? folder = null)
    {
        (Teacher, Set) = (teacher, set);
        _storage = new TensorCache(budget ?? CacheBudget.Default, folder);
        _encoded = new EncodedCorpus(teacher, set.Corpus, [.. Enumerable.Range(0, set.Count).Select(set.Utterance)], _storage, "training");
    }

    /// <summary>The teacher.</summary>
    public Transcriber Teacher { get; }

    /// <summary>The training set.</summary>
    public LabelledCorpus Set { get; }

    /// <summary>Bytes kept in memory so far.</summary>
    public long MemoryBytes => _storage.MemoryBytes;

    /// <summary>Bytes kept on disk so far.</summary>
    public long DiskBytes => _storage.DiskBytes;

    internal TensorCache Storage => _storage;

    /// <summary>Computes the encoder's part beforehand, in the order in which recordings are read fastest.</summary>
    /// <param name="student">The student: one with an encoder of its own needs the sound, not the states.</param>
    /// <param name="progress">Told of the utterances done; null for none.</param>
    /// <param name="stop">Stops between two utterances.</param>
    public void Fill(Models.WhisperModel student, IProgress<Progress>? progress = null, CancellationToken stop = default) =>
        _encoded.Fill(SharesEncoder(student), progress, stop);

    /// <summary>Whether a student's encoder is the teacher's and stays so.</summary>
    public bool SharesEncoder(Models.WhisperModel student) =>
        student.Config.EncoderLayers == Teacher.Model.Config.EncoderLayers
        && !student.Encoder.parameters().Any(p => p.requires_grad)
        && HasTeachersEncoder(student);

    /// <summary>The teacher's encoder states of some utterances, <c>[count, frames, d_model]</c>; the caller's.</summary>
    public Tensor States(IReadOnlyList<int> examples) => _encoded.States(examples);

    /// <summary>The log-mel spectrograms of some utterances, <c>[count, mels, window frames]</c>; the caller's.</summary>
    public Tensor Features(IReadOnlyList<int> examples) => _encoded.Features(examples);

    /// <summary>The teacher's logits at the targets of a batch, without gradient.</summary>
    /// <param name="rows">The utterances and the forms of their labels, in the batch's order.</param>
    /// <param name="tokens">Their tokens.</param>
    /// <param name="states">The teacher's encoder states of the batch, where they are at hand; null computes what is needed.</param>
    /// <returns><c>[targets, vocabulary]</c>, the caller's.</returns>
    public Tensor Logits(IReadOnlyList<(int Example, LabelVariant Variant)> rows, TokenBatch tokens, Tensor? states = null)
    {
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        var decoder = Teacher.Model.Decoder;
        if (_storage.IsOff)
        {
            states ??= StatesFor([.. rows.Select(r => r.Example)]);
            return decoder.Logits(tokens.AtTargets(decoder.forward(tokens.Inputs, states))).MoveToOuterDisposeScope();
        }

        var each = rows.Select((row, place) => _storage.Get(new CacheKey(Hidden, row.Example, row.Variant)) ?? Compute(row, states?.narrow(0, place, 1)));
        return decoder.Logits(cat(each.ToList()).to(Teacher.Model.Device)).MoveToOuterDisposeScope();
    }

    /// <summary>The output of each of the teacher's decoder blocks at the targets of a batch, without gradient; never kept.</summary>
    /// <param name="examples">The utterances, in the batch's order.</param>
    /// <param name="tokens">Their tokens.</param>
    /// <param name="states">The teacher's encoder states of the batch, where they are at hand; null computes them.</param>
    /// <returns>For each block <c>[targets, d_model]</c>, the caller's.</returns>
    public IReadOnlyList<Tensor> LayerOutputs(IReadOnlyList<int> examples, TokenBatch tokens, Tensor? states = null)
    {
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        var outputs = new List<Tensor>();
        Teacher.Model.Decoder.forward(tokens.Inputs, states ?? StatesFor(examples), outputs);
        return [.. outputs.Select(output => tokens.AtTargets(output).MoveToOuterDisposeScope())];
    }

    /// <summary>Frees what is kept.</summary>
    public void Dispose() => _storage.Dispose();

    private bool HasTeachersEncoder(Models.WhisperModel student)
    {
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        return student.Encoder.parameters().Zip(Teacher.Model.Encoder.parameters()).All(pair => pair.First.eq(pair.Second).all().item<bool>());
    }

    // One utterance by itself, for the reason that EncodedCorpus gives.
    private Tensor Compute((int Example, LabelVariant Variant) row, Tensor? states)
    {
        using var scope = NewDisposeScope();
        var (sequence, prompt) = Set.Sequence(row.Example, row.Variant);
        using var tokens = new TokenBatch([sequence], Teacher.Tokenizer.EndOfText, Teacher.Model.Device, [prompt]);
        var hidden = tokens.AtTargets(Teacher.Model.Decoder.forward(tokens.Inputs, states ?? StatesFor([row.Example])));
        return _storage.Add(new CacheKey(Hidden, row.Example, row.Variant), hidden).MoveToOuterDisposeScope();
    }

    /// <summary>The states from the cache, or from the sound where only that is kept.</summary>
    private Tensor StatesFor(IReadOnlyList<int> examples) =>
        _encoded.KeepsFeatures ? Teacher.Model.Encoder.forward(_encoded.Features(examples)) : _encoded.States(examples);
}
