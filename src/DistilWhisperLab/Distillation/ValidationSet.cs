using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Evaluation;
using DistilWhisperLab.Models;
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
    public ValidationResult Of(WhisperModel model)
    {
        var domains = ByDomain(model).ToDictionary(domain => domain.Key, domain => domain.Value.Rate);
        return new ValidationResult(domains.Values.Average(), domains);
    }

    /// <summary>Transcribes greedily without timestamps and compares, domain by domain.</summary>
    public IReadOnlyDictionary<string, WordErrorRate> ByDomain(WhisperModel model)
    {
        using var withoutGradient = no_grad();
        var decoder = new WindowDecoder(model, cache.Teacher.Tokenizer);
        var shared = cache.SharesEncoder(model) || ReferenceEquals(model, cache.Teacher.Model);
        var written = new List<string>(corpus.Utterances.Count);
        foreach (var part in Enumerable.Range(0, corpus.Utterances.Count).Chunk(batch))
        {
            using var scope = NewDisposeScope();
            var states = shared ? _encoded.States(part) : model.Encoder.forward(_encoded.Features(part));
            written.AddRange(decoder.DecodeStates(states, new() { Language = language }).Select(r => r.Text));
        }

        return corpus.Utterances.Zip(written)
            .GroupBy(row => row.First.Domain)
            .OrderBy(domain => domain.Key, StringComparer.Ordinal)
            .ToDictionary(
                domain => domain.Key,
                domain => WordErrorRate.Of(domain.Select(r => r.First.Text), domain.Select(r => r.Second), language ?? "en") with
                {
                    Turns = Utterance.TurnsOf(domain.Select(r => r.First)),
                });
    }
}
