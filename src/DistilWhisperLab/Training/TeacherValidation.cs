using DistilWhisperLab.Audio;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Evaluation;
using DistilWhisperLab.Models;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Training;

/// <summary>Word error rates of a model in training, greedily decoded, on a few utterances of each domain.</summary>
public sealed class TeacherValidation
{
    private readonly IReadOnlyList<(Utterance Utterance, AudioClip Clip)> _set;
    private readonly WhisperModel _model;
    private readonly Transcriber _transcriber;

    /// <summary>Reads the audio.</summary>
    /// <param name="corpus">Utterances not trained on.</param>
    /// <param name="model">The model in training; what is longer than its window is passed over.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="most">How many are used at most, evenly over domains and within each.</param>
    /// <exception cref="LabException">None fits the window.</exception>
    public TeacherValidation(Corpus corpus, WhisperModel model, WhisperTokenizer tokenizer, int most = 260)
    {
        var windowSeconds = model.Config.WindowSeconds;
        var domains = corpus.Utterances.Where(u => u.Fits(windowSeconds)).GroupBy(u => u.Domain).ToList();
        if (domains.Count == 0)
        {
            throw new LabException($"No utterance of {corpus.Location} fits a window of {windowSeconds:0.##} s; validate on shorter ones.");
        }

        _set = [.. domains
            .SelectMany(domain => Spread([.. domain], Math.Max(1, most / domains.Count)))
            .Select(u => (u, corpus.Audio(u)))
            .OrderBy(e => e.Item2.Samples.Length)];
        // Not disposed: the model is the trainer's.
        (_model, _transcriber) = (model, new Transcriber(model, tokenizer));
    }

    /// <summary>The word error rate of each domain in percent, and their mean.</summary>
    public (double Mean, IReadOnlyDictionary<string, double> Domains) Measure()
    {
        _model.eval();
        var written = _transcriber.Transcribe([.. _set.Select(e => e.Clip)]);
        _model.train();
        var domains = _set
            .Zip(written, (e, w) => (e.Utterance.Domain, Said: e.Utterance.Text, Written: w.Text))
            .GroupBy(e => e.Domain)
            .OrderBy(domain => domain.Key, StringComparer.Ordinal)
            .ToDictionary(
                domain => domain.Key,
                domain => Math.Round(WordErrorRate.Of(domain.Select(e => e.Said), domain.Select(e => e.Written)).Rate, 2));
        return (Math.Round(domains.Values.Average(), 2), domains);
    }

    private static IEnumerable<Utterance> Spread(List<Utterance> from, int count) =>
        Enumerable.Range(0, Math.Min(count, from.Count)).Select(i => from[(int)((long)i * from.Count / Math.Min(count, from.Count))]);
}
