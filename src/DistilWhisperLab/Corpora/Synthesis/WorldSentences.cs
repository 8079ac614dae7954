using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>Every split's sentences. A sentence belongs to one split, so that none is tested that was trained on.</summary>
public sealed class WorldSentences
{
    // A grammar that repeats itself so often has hardly a sentence left.
    private const int AttemptsPerSentence = 100;

    private readonly Dictionary<(string Split, string Domain), Sentence[]> _sentences = [];

    /// <summary>Writes them all.</summary>
    /// <exception cref="CorpusException">A file of sentences is missing, wrong, or has too few.</exception>
    public WorldSentences(CorpusSpecification specification)
    {
        var used = new HashSet<string>();
        var sources = specification.Domains.Keys.ToDictionary(d => d, d => SentenceFiles.Open(specification, d));
        foreach (var split in specification.Splits.Keys)
        {
            foreach (var domain in specification.DomainsOf(split))
            {
                var random = Seeds.Random(specification.Seed, Place.Of(split), Place.Of(domain), -1);
                _sentences[(split, domain)] = Choose(sources[domain](random), used, split, domain, specification.Splits[split].Utterances);
            }
        }
    }

    /// <summary>The sentences of a domain in a split, in the order of its utterances.</summary>
    public IReadOnlyList<Sentence> Of(string split, string domain) => _sentences[(split, domain)];

    private static Sentence[] Choose(IEnumerable<Sentence> source, HashSet<string> used, string split, string domain, int count)
    {
        // Two sentences are the same when the same words are heard.
        var chosen = source
            .Take((int)Math.Min(int.MaxValue, (long)AttemptsPerSentence * count))
            .Where(s => used.Add(string.Join(' ', SpokenWords.Of(s.Spoken))))
            .Take(count)
            .ToArray();
        return chosen.Length == count
            ? chosen
            : throw new CorpusException($"The domain {domain} has too few sentences for the {count} of split {split}: {chosen.Length} were left.");
    }
}
