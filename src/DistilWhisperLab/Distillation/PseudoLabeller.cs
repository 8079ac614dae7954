using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Distillation;

/// <summary>How pseudo-labels are made.</summary>
public sealed record PseudoLabelSettings
{
    /// <summary>Whether the teacher writes timestamps; training can leave them out again, but not put them in.</summary>
    public bool Timestamps { get; init; } = true;

    /// <summary>Beams; null decodes greedily, which filtering makes as good (paper §3.1).</summary>
    public int? BeamSize { get; init; }

    /// <summary>The speech's language, by code; null for English-only teachers, or to have it detected.</summary>
    public string? Language { get; init; }

    /// <summary>Utterances decoded together.</summary>
    public int Batch { get; init; } = 16;
}

/// <summary>Has a teacher transcribe its training set.</summary>
/// <param name="teacher">The model that labels.</param>
/// <param name="settings">How; null for the defaults.</param>
public sealed class PseudoLabeller(Transcriber teacher, PseudoLabelSettings? settings = null)
{
    private readonly PseudoLabelSettings _settings = settings ?? new();
    private readonly LanguageNormalizer _normalizer = new();

    /// <summary>Labels a whole corpus, in memory. <see cref="PseudoLabelFolder"/> does it on disk.</summary>
    /// <param name="corpus">The corpus.</param>
    /// <param name="progress">Told of the utterances done; null for none.</param>
    /// <param name="stop">Stops between two batches.</param>
    /// <exception cref="LabException">An utterance is longer than the teacher's window.</exception>
    public IReadOnlyList<PseudoLabel> Label(
        Corpus corpus, IProgress<Progress>? progress = null, CancellationToken stop = default)
    {
        Check(corpus);
        var labels = new List<PseudoLabel>(corpus.Utterances.Count);
        foreach (var batch in corpus.Utterances.Chunk(_settings.Batch))
        {
            stop.ThrowIfCancellationRequested();
            labels.AddRange(LabelBatch(corpus, batch));
            progress?.Report(new Progress("Labelling", labels.Count, corpus.Utterances.Count));
        }

        return labels;
    }

    /// <summary>Refuses a corpus with utterances that the teacher's window does not hold, before any work is done.</summary>
    /// <exception cref="LabException">There is one.</exception>
    internal void Check(Corpus corpus)
    {
        var window = teacher.Model.Config.WindowSeconds;
        var tooLong = corpus.Utterances.Where(u => !u.Fits(window)).ToList();
        if (tooLong.Count > 0)
        {
            throw new CorpusException($"{tooLong.Count} utterances are longer than the teacher's window of {window:0.##} s, the first {tooLong[0].Id} with {tooLong[0].Duration:0.##} s; cut them, or take them out of the manifest.");
        }
    }

    internal IEnumerable<PseudoLabel> LabelBatch(Corpus corpus, IReadOnlyList<Utterance> utterances)
    {
        var options = new DecodingOptions
        {
            Timestamps = _settings.Timestamps,
            BeamSize = _settings.BeamSize,
            Language = _settings.Language,
        };
        var written = teacher.Transcribe([.. utterances.Select(corpus.Audio)], options, utterances.Count);
        return utterances.Zip(written, Label);
    }

    private PseudoLabel Label(Utterance utterance, DecodingResult written)
    {
        var words = WordErrors.Align(
            _normalizer.Normalize(utterance.Text, written.Language), _normalizer.Normalize(written.Text, written.Language));
        return new PseudoLabel(
            utterance.Id,
            utterance.Text,
            written.Text,
            [
                .. teacher.Tokenizer.StartSequence(written.Language, SpeechTask.Transcribe, _settings.Timestamps),
                .. written.Tokens,
                teacher.Tokenizer.EndOfText,
            ],
            words.Errors,
            words.ReferenceWords,
            written.AverageLogProbability,
            written.NoSpeechProbability);
    }
}
