using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Evaluation;
using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Distillation;

/// <summary>How well a student writes utterances that it does not learn from.</summary>
/// <param name="Wer">The word error rate averaged over domains, each counting the same, in percent.</param>
/// <param name="Domains">That of each domain.</param>
public sealed record ValidationResult(double Wer, IReadOnlyDictionary<string, double> Domains);

/// <summary>
/// Validates a student again and again on the same utterances, whose encoding the teacher's cache keeps.
/// </summary>
internal sealed class ValidationSet(TeacherCache cache, Corpus corpus, int batch, string? language)
{
    private readonly EncodedCorpus _encoded = new(cache.Teacher, corpus, corpus.Utterances, cache.Storage, "validation");

    /// <summary>The word error rates, averaged over domains.</summary>
    /// <exception cref="OperationCanceledException">It was stopped between two batches.</exception>
    public ValidationResult Of(WhisperModel model, CancellationToken stop)
    {
        var domains = ByDomain(model, stop).ToDictionary(domain => domain.Key, domain => domain.Value.Rate);
        return new ValidationResult(domains.Values.Average(), domains);
    }

    /// <summary>Refuses what could not be measured, before hours are spent on training.</summary>
    /// <exception cref="CorpusException">In a domain nobody says a word.</exception>
    public static void Check(Corpus corpus)
    {
        var normalizer = new EnglishNormalizer();
        if (corpus.Utterances.GroupBy(u => u.Domain).FirstOrDefault(domain => domain.All(u => normalizer.Normalize(u.Text).Trim().Length == 0)) is { } silent)
        {
            throw new CorpusException($"No utterance of the domain {silent.Key} of {corpus.Location} has a word in its text, so it has no word error rate; validate on others.");
        }
    }

    /// <summary>Transcribes greedily without timestamps and compares, domain by domain.</summary>
    public IReadOnlyDictionary<string, WordErrorRate> ByDomain(WhisperModel model, CancellationToken stop = default)
    {
        using var withoutGradient = no_grad();
        var decoder = new WindowDecoder(model, cache.Teacher.Tokenizer);
        var shared = cache.SharesEncoder(model) || ReferenceEquals(model, cache.Teacher.Model);
        var written = new List<DecodingResult>(corpus.Utterances.Count);
        foreach (var part in Enumerable.Range(0, corpus.Utterances.Count).Chunk(batch))
        {
            stop.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var states = shared ? _encoded.States(part) : model.Encoder.forward(_encoded.Features(part));
            written.AddRange(decoder.DecodeStates(states, new() { Language = language }));
        }

        return corpus.Utterances.Zip(written)
            .GroupBy(row => row.First.Domain)
            .OrderBy(domain => domain.Key, StringComparer.Ordinal)
            .ToDictionary(
                domain => domain.Key,
                domain => WordErrorRate.Of(domain.Select(r => (r.First.Text, r.Second.Text, r.Second.Language))) with
                {
                    Turns = Utterance.TurnsOf(domain.Select(r => r.First)),
                });
    }
}
