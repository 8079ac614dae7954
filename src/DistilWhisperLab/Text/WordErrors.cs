namespace DistilWhisperLab.Text;

/// <summary>How a word of the reference and a word of the hypothesis stand to one another.</summary>
public enum AlignmentKind
{
    /// <summary>The same word.</summary>
    Hit,

    /// <summary>One word in place of another.</summary>
    Substitution,

    /// <summary>A word of the reference that the hypothesis lacks.</summary>
    Deletion,

    /// <summary>A word of the hypothesis that the reference lacks.</summary>
    Insertion,
}

/// <summary>One step of an alignment; the side that has no word is null.</summary>
public readonly record struct AlignedPair(AlignmentKind Kind, string? Reference, string? Hypothesis);

/// <summary>The fewest word errors between two texts, or their sum over a corpus.</summary>
/// <param name="Hits">Words that agree.</param>
/// <param name="Substitutions">Words replaced.</param>
/// <param name="Deletions">Words left out.</param>
/// <param name="Insertions">Words added.</param>
/// <param name="Pairs">The alignment in order; empty for a sum.</param>
public sealed record WordAlignment(
    int Hits, int Substitutions, int Deletions, int Insertions, IReadOnlyList<AlignedPair> Pairs)
{
    /// <summary>Substitutions, deletions and insertions together.</summary>
    public int Errors => Substitutions + Deletions + Insertions;

    /// <summary>Words of the reference.</summary>
    public int ReferenceWords => Hits + Substitutions + Deletions;

    /// <summary>
    /// Errors per reference word, in percent; above 100 where words are added. Against an empty reference: 0 without
    /// errors, else positive infinity.
    /// </summary>
    public double Rate => Errors == 0 ? 0 : 100.0 * Errors / ReferenceWords;
}

/// <summary>Word and character error rates: minimum edit distance with its alignment.</summary>
public static class WordErrors
{
    /// <summary>Aligns two texts word by word; words are what white space separates.</summary>
    public static WordAlignment Align(string reference, string hypothesis) =>
        AlignItems(Words(reference), Words(hypothesis));

    /// <summary>Aligns two texts character by character (code points; white space at the ends is ignored).</summary>
    public static WordAlignment AlignCharacters(string reference, string hypothesis) =>
        AlignItems(Characters(reference), Characters(hypothesis));

    /// <summary>The corpus's counts: errors and words are summed before they are divided.</summary>
    public static WordAlignment Sum(IEnumerable<WordAlignment> utterances)
    {
        int hits = 0, substitutions = 0, deletions = 0, insertions = 0;
        foreach (var utterance in utterances)
        {
            hits += utterance.Hits;
            substitutions += utterance.Substitutions;
            deletions += utterance.Deletions;
            insertions += utterance.Insertions;
        }

        return new WordAlignment(hits, substitutions, deletions, insertions, []);
    }

    /// <summary>The corpus's word errors over pairs of reference and hypothesis.</summary>
    public static WordAlignment Corpus(IEnumerable<(string Reference, string Hypothesis)> utterances) =>
        Sum(utterances.Select(pair => Align(pair.Reference, pair.Hypothesis)));

    private static string[] Words(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static string[] Characters(string text) =>
        [.. text.Trim().EnumerateRunes().Select(rune => rune.ToString())];

    private static WordAlignment AlignItems(string[] reference, string[] hypothesis)
    {
        var distance = Distances(reference, hypothesis);
        var counts = new int[4];
        var pairs = new List<AlignedPair>(Math.Max(reference.Length, hypothesis.Length));
        var (i, j) = (reference.Length, hypothesis.Length);
        while (i > 0 || j > 0)
        {
            var kind = Step(distance, i, j, i > 0 && j > 0 && reference[i - 1] == hypothesis[j - 1]);
            counts[(int)kind]++;
            pairs.Add(new AlignedPair(
                kind,
                kind == AlignmentKind.Insertion ? null : reference[--i],
                kind == AlignmentKind.Deletion ? null : hypothesis[--j]));
        }

        pairs.Reverse();
        return new WordAlignment(counts[0], counts[1], counts[2], counts[3], pairs);
    }

    private static int[,] Distances(string[] reference, string[] hypothesis)
    {
        var distance = new int[reference.Length + 1, hypothesis.Length + 1];
        for (var i = 0; i <= reference.Length; i++)
        {
            for (var j = 0; j <= hypothesis.Length; j++)
            {
                distance[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(
                        distance[i - 1, j - 1] + (reference[i - 1] == hypothesis[j - 1] ? 0 : 1),
                        Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1);
            }
        }

        return distance;
    }

    // The last step of a cheapest path; of equally cheap ones the pairing is preferred, then the deletion.
    private static AlignmentKind Step(int[,] distance, int i, int j, bool equal) => (i, j) switch
    {
        (0, _) => AlignmentKind.Insertion,
        (_, 0) => AlignmentKind.Deletion,
        _ when equal && distance[i, j] == distance[i - 1, j - 1] => AlignmentKind.Hit,
        _ when distance[i, j] == distance[i - 1, j - 1] + 1 => AlignmentKind.Substitution,
        _ when distance[i, j] == distance[i - 1, j] + 1 => AlignmentKind.Deletion,
        _ => AlignmentKind.Insertion,
    };
}
