using System.Security.Cryptography;
using System.Text;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Models;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Distillation;

/// <summary>The forms in which one label can be learned.</summary>
[Flags]
public enum LabelVariant
{
    /// <summary>The text alone.</summary>
    Plain = 0,

    /// <summary>With timestamps.</summary>
    Timestamps = 1,

    /// <summary>Behind the text of the utterance before.</summary>
    PreviousText = 2,
}

/// <summary>A training set: the utterances whose labels pass the filter, and the token sequences to learn.</summary>
public sealed class LabelledCorpus
{
    private readonly IReadOnlyList<Example> _examples;
    private readonly WhisperTokenizer _tokenizer;
    private readonly int _positions;

    private LabelledCorpus(
        Corpus corpus, IReadOnlyList<Example> examples, IReadOnlyDictionary<string, int> dropped, WhisperTokenizer tokenizer, int positions)
    {
        (Corpus, _examples, Dropped, _tokenizer, _positions) = (corpus, examples, dropped, tokenizer, positions);
    }

    private sealed record Example(Utterance Utterance, PseudoLabel Label, PseudoLabel? Before);

    /// <summary>Where the audio is.</summary>
    public Corpus Corpus { get; }

    /// <summary>Utterances that are trained on.</summary>
    public int Count => _examples.Count;

    /// <summary>How many utterances were left out, by reason.</summary>
    public IReadOnlyDictionary<string, int> Dropped { get; }

    /// <summary>Opens labels from the disk.</summary>
    /// <param name="labels">Their folder.</param>
    /// <param name="corpus">The corpus that they are of.</param>
    /// <param name="filter">Which labels are trained on.</param>
    /// <param name="tokenizer">The student's tokenizer.</param>
    /// <param name="config">The student's dimensions.</param>
    /// <exception cref="LabException">The labels are unfinished, of another corpus or another vocabulary, or none is left.</exception>
    public static LabelledCorpus Open(
        string labels, Corpus corpus, PseudoLabelFilter filter, WhisperTokenizer tokenizer, WhisperConfig config)
    {
        var folder = PseudoLabelFolder.Open(labels);
        if (folder.Provenance.Vocabulary != config.VocabularySize)
        {
            throw new LabException($"The labels in {labels} are of a vocabulary of {folder.Provenance.Vocabulary} tokens, the model has {config.VocabularySize}; label with a teacher of the model's vocabulary.");
        }

        if (folder.Provenance.CorpusHash != ContentHash.Data(corpus))
        {
            throw new LabException($"The labels in {labels} are of another corpus ({folder.Provenance.Corpus}, with other rows or other audio); label this one with lab pseudo-label.");
        }

        var read = folder.Read();
        // Two vocabularies of one size are still two.
        if (read.FirstOrDefault(l => tokenizer.Decode(l.Sequence).Trim() != l.Text) is { } foreign)
        {
            throw new LabException($"The tokens of the label of {foreign.Id} in {labels} read \"{tokenizer.Decode(foreign.Sequence).Trim()}\" here, where its teacher wrote \"{foreign.Text}\": they are of another vocabulary; label with a teacher of the model's vocabulary.");
        }

        return Create(read, corpus, filter, tokenizer, config);
    }

    /// <summary>Puts labels and corpus together.</summary>
    /// <param name="labels">One for each of the corpus's utterances, in any order.</param>
    /// <param name="corpus">The corpus.</param>
    /// <param name="filter">Which labels are trained on.</param>
    /// <param name="tokenizer">The student's tokenizer.</param>
    /// <param name="config">The student's dimensions.</param>
    /// <exception cref="LabException">An utterance has no label, or no label is left.</exception>
    public static LabelledCorpus Create(
        IReadOnlyList<PseudoLabel> labels,
        Corpus corpus,
        PseudoLabelFilter filter,
        WhisperTokenizer tokenizer,
        WhisperConfig config)
    {
        var byId = labels.ToDictionary(l => l.Id);
        var examples = new List<Example>();
        var dropped = new SortedDictionary<string, int>(StringComparer.Ordinal);
        Utterance? before = null;
        foreach (var utterance in corpus.Utterances)
        {
            var label = byId.GetValueOrDefault(utterance.Id)
                ?? throw new LabException($"The utterance {utterance.Id} of the corpus has no pseudo-label; label this corpus with lab pseudo-label.");
            var fault = filter.Fault(label) ?? (IsTooLong(label, tokenizer, config) ? "too long" : null);
            if (fault is null)
            {
                var follows = before is not null && (before.Recording, before.Voice) == (utterance.Recording, utterance.Voice);
                examples.Add(new Example(utterance, label, follows ? byId[before!.Id] : null));
            }
            else
            {
                dropped[fault] = dropped.GetValueOrDefault(fault) + 1;
            }

            before = utterance;
        }

        return examples.Count > 0
            ? new LabelledCorpus(corpus, examples, dropped, tokenizer, config.MaxTargetPositions)
            : throw new LabException($"The filter leaves none of {labels.Count} pseudo-labels ({string.Join(", ", dropped.Select(d => $"{d.Key}: {d.Value}"))}); raise the threshold.");
    }

    /// <summary>An utterance that is trained on.</summary>
    public Utterance Utterance(int example) => _examples[example].Utterance;

    /// <summary>Its label.</summary>
    public PseudoLabel Label(int example) => _examples[example].Label;

    /// <summary>SHA-256 of what can be learned: the corpus with its audio, and the labels with their errors, by which a filter chooses.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(ContentHash.Data(Corpus)));
        foreach (var (utterance, label, before) in _examples)
        {
            var sequence = string.Join(' ', label.Sequence);
            hash.AppendData(Encoding.UTF8.GetBytes($"{utterance.Id} {sequence} {label.Errors} {label.TruthWords} {before?.Id}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// What of a wanted form an example has: timestamps only where its teacher wrote some, text before only where an
    /// utterance of the same recording and voice comes before and there is room.
    /// </summary>
    public LabelVariant Available(int example, LabelVariant wanted)
    {
        var (_, label, before) = _examples[example];
        var available = wanted;
        if (label.Sequence.Contains(_tokenizer.NoTimestamps))
        {
            available &= ~LabelVariant.Timestamps;
        }

        if (before is null || Prompt(before, Own(label, available), available).Count == 0)
        {
            available &= ~LabelVariant.PreviousText;
        }

        return available;
    }

    /// <summary>The tokens to learn, in a form that is available.</summary>
    /// <returns>The sequence, and how many of its tokens lie before the start token.</returns>
    public (IReadOnlyList<int> Tokens, int Prompt) Sequence(int example, LabelVariant variant)
    {
        var (_, label, before) = _examples[example];
        var own = Own(label, variant);
        if (!variant.HasFlag(LabelVariant.PreviousText))
        {
            return (own, 0);
        }

        var prompt = Prompt(before!, own, variant);
        return ([.. prompt, .. own], prompt.Count);
    }

    /// <summary>The label itself; without timestamps <c>&lt;|notimestamps|&gt;</c> stands in their place.</summary>
    private List<int> Own(PseudoLabel label, LabelVariant variant)
    {
        var start = Start(label, _tokenizer);
        return variant.HasFlag(LabelVariant.Timestamps)
            ? [.. label.Sequence]
            :
            [
                .. label.Sequence.Take(start).Where(t => t != _tokenizer.NoTimestamps),
                _tokenizer.NoTimestamps,
                .. label.Sequence.Skip(start).Where(t => !_tokenizer.IsTimestamp(t)),
            ];
    }

    /// <summary>
    /// The text before (<see cref="DecoderPrompt.PreviousText"/>), with its timestamps only where the label has its own.
    /// </summary>
    private IReadOnlyList<int> Prompt(PseudoLabel before, List<int> own, LabelVariant variant)
    {
        var text = before.Sequence
            .Where(t => variant.HasFlag(LabelVariant.Timestamps) && _tokenizer.IsTimestamp(t) || t < _tokenizer.EndOfText)
            .ToList();
        return DecoderPrompt.PreviousText(_tokenizer, text, _positions, own.Count);
    }

    /// <summary>Longer than the decoder's positions, or cut by decoding, which fills no more than half of them.</summary>
    private static bool IsTooLong(PseudoLabel label, WhisperTokenizer tokenizer, WhisperConfig config) =>
        label.Sequence.Count - Start(label, tokenizer) - 1 >= config.MaxTargetPositions / 2;

    /// <summary>How many tokens come before the text or its first timestamp.</summary>
    private static int Start(PseudoLabel label, WhisperTokenizer tokenizer) =>
        label.Sequence.TakeWhile(t => tokenizer.IsSpecial(t) && !tokenizer.IsTimestamp(t) && t != tokenizer.EndOfText).Count();
}
