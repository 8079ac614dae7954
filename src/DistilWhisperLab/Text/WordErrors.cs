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

/// <summary>Word and character error rates: minimum edit distance, and of its alignments one with the most hits.</summary>
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
        var ids = new Dictionary<string, int>();
        var steps = EditAlignment.Steps(Number(reference), Number(hypothesis));
        var pairs = new AlignedPair[steps.Count];
        var counts = new int[4];
        var (i, j) = (0, 0);
        for (var k = 0; k < pairs.Length; k++)
        {
            counts[(int)steps[k]]++;
            pairs[k] = new AlignedPair(
                steps[k],
                steps[k] == AlignmentKind.Insertion ? null : reference[i++],
                steps[k] == AlignmentKind.Deletion ? null : hypothesis[j++]);
        }

        return new WordAlignment(counts[0], counts[1], counts[2], counts[3], pairs);

        int[] Number(string[] items) =>
            Array.ConvertAll(items, item => ids.TryGetValue(item, out var id) ? id : ids[item] = ids.Count);
    }
}
