using DistilWhisperLab.Corpora;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Training;

/// <summary>A corpus as the teacher learns it: the utterances that fit the model's window.</summary>
/// <param name="Examples">The utterances.</param>
/// <param name="Hours">Their length.</param>
/// <param name="Domains">Utterances a domain.</param>
/// <param name="TooLong">Utterances left out because they are longer than the window or its tokens.</param>
/// <param name="Wordless">Utterances left out because their text is empty.</param>
public sealed record TeacherExamples(
    IReadOnlyList<SpeechExample> Examples, double Hours, IReadOnlyDictionary<string, int> Domains, int TooLong, int Wordless)
{
    // Start, two timestamps, end.
    private const int Specials = 4;

    /// <summary>Reads all audio.</summary>
    /// <param name="corpus">The corpus.</param>
    /// <param name="audio">Keeps it.</param>
    /// <param name="tokenizer">Encodes the texts.</param>
    /// <param name="windowSeconds">The model's window.</param>
    /// <param name="mostTokens">The decoder's positions.</param>
    /// <param name="progress">Told of each utterance.</param>
    /// <param name="stop">Stops the reading.</param>
    public static TeacherExamples Read(
        Corpus corpus,
        SampleFile audio,
        WhisperTokenizer tokenizer,
        double windowSeconds,
        int mostTokens,
        IProgress<Progress>? progress,
        CancellationToken stop)
    {
        var examples = new List<SpeechExample>();
        var domains = new SortedDictionary<string, int>(StringComparer.Ordinal);
        int read = 0, tooLong = 0, wordless = 0;
        double seconds = 0;
        foreach (var utterance in corpus.Utterances)
        {
            stop.ThrowIfCancellationRequested();
            progress?.Report(new Progress("Reading the corpus", ++read, corpus.Utterances.Count));
            var tokens = Tokens(tokenizer, utterance.Text);
            if (tokens.Length == 0)
            {
                wordless++;
                continue;
            }

            if (!utterance.Fits(windowSeconds) || tokens.Length + Specials > mostTokens)
            {
                tooLong++;
                continue;
            }

            examples.Add(new SpeechExample(
                audio.Add(corpus.Audio(utterance).Samples), tokens, CtcAlphabet.Encode(utterance.Text), $"{utterance.Split}/{utterance.Recording}", utterance.Position));
            domains[utterance.Domain] = domains.GetValueOrDefault(utterance.Domain) + 1;
            seconds += utterance.Duration;
        }

        return new TeacherExamples(examples, seconds / 3600, domains, tooLong, wordless);
    }

    /// <summary>What was left out, for a person; null for nothing.</summary>
    public string? LeftOut => TooLong + Wordless == 0
        ? null
        : $"{TooLong + Wordless} of {Examples.Count + TooLong + Wordless} utterances are left out: {TooLong} are longer than the window or the decoder's positions, {Wordless} have no text.";

    /// <summary>What is learned but can never be written, since decoding writes half of the positions at most; null for nothing.</summary>
    /// <param name="positions">The decoder's positions.</param>
    public string? BeyondDecoding(int positions) => Examples.Count(e => e.Tokens.Length > positions / 2) is var count and > 0
        ? $"{count} of {Examples.Count} utterances have texts of more than {positions / 2} tokens: decoding fills half of the decoder's {positions} positions at most, so the model can never write them whole; a model made with a larger --target-positions can."
        : null;

    /// <summary>
    /// Trains a tokenizer on the corpus's texts. Every character that begins a text becomes a piece together with the
    /// space before it: Whisper may not begin with a lone space.
    /// </summary>
    public static WhisperTokenizer TrainTokenizer(Corpus corpus, int pieces, double windowSeconds)
    {
        string[] texts = [.. corpus.Utterances.Select(u => " " + u.Text.Trim())];
        var beginnings = texts.Where(t => t.Length > 1).Select(t => t[..2]).Distinct().Order(StringComparer.Ordinal);
        // So often that each of them is one of the first merges.
        return WhisperTokenizer.Train(texts.Concat(beginnings.SelectMany(b => Enumerable.Repeat(b, texts.Length))), pieces, windowSeconds);
    }

    private static int[] Tokens(WhisperTokenizer tokenizer, string text) =>
        string.IsNullOrWhiteSpace(text) ? [] : [.. tokenizer.Encode(" " + text.Trim())];
}
