using System.Text.Json;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>Reads what a domain says: rules to write sentences with, or the sentences themselves.</summary>
internal static class SentenceFiles
{
    /// <summary>A domain's sentences, without end and in a random order; a file of sentences ends when all were given.</summary>
    /// <exception cref="CorpusException">A file is missing or wrong.</exception>
    public static Func<Random, IEnumerable<Sentence>> Open(CorpusSpecification specification, string domain)
    {
        var paths = specification.Domains[domain].Sentences.Select(f => Path.Combine(specification.Folder, f)).ToArray();
        if (paths is [var text] && text.EndsWith(".txt", StringComparison.Ordinal))
        {
            var lines = Read(text, File.ReadAllLines).Where(l => !string.IsNullOrWhiteSpace(l)).Distinct().ToArray();
            return random => Shuffled(lines, random).Select(Sentence.Plain);
        }

        var grammar = Rules(paths);
        return random => Endless(grammar, random);
    }

    private static Grammar Rules(string[] paths)
    {
        var rules = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var path in paths)
        {
            foreach (var (name, alternatives) in Parse(path))
            {
                if (!rules.TryAdd(name, alternatives))
                {
                    throw new CorpusException($"{path} defines the rule \"{name}\", which an earlier file of the domain defines already; rename one of them.");
                }
            }
        }

        try
        {
            return new Grammar(rules);
        }
        catch (CorpusException e)
        {
            throw new CorpusException($"{string.Join(" with ", paths)}: {e.Message}", e);
        }
    }

    private static Dictionary<string, IReadOnlyList<string>> Parse(string path)
    {
        try
        {
            var json = Read(path, File.ReadAllBytes);
            JsonNulls.Refuse(json);
            return JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<string>>>(json)!;
        }
        catch (JsonException e)
        {
            throw new CorpusException($"{path} is not a JSON object of grammar rules: {e.Message}", e);
        }
    }

    private static T Read<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CorpusException($"The file of sentences {path}, which the specification names, cannot be read: {e.Message}", e);
        }
    }

    private static string[] Shuffled(string[] lines, Random random)
    {
        var copy = lines.ToArray();
        random.Shuffle(copy);
        return copy;
    }

    private static IEnumerable<Sentence> Endless(Grammar grammar, Random random)
    {
        while (true)
        {
            yield return grammar.Sentence(random);
        }
    }
}
