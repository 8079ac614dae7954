namespace DistilWhisperLab.Experiments;

// Hallucination (Tables 8 and 19).
public static partial class PaperTables
{
    /// <summary>A row of Table 19, of which Table 8 is a part: averages over the long-form out-of-distribution sets.</summary>
    /// <param name="Model">The model.</param>
    /// <param name="RepeatedFiveGrams">5-grams of words that occur again (5-Dup).</param>
    /// <param name="InsertionRate">Insertions per reference word (IER), in percent.</param>
    /// <param name="SubstitutionRate">Substitutions per reference word (SER), in percent.</param>
    /// <param name="DeletionRate">Deletions per reference word (DER), in percent.</param>
    /// <param name="Wer">Their sum, in percent.</param>
    public sealed record HallucinationRow(
        string Model, int RepeatedFiveGrams, double InsertionRate, double SubstitutionRate, double DeletionRate, double Wer);

    /// <summary>Tables 8 and 19: the student repeats and inserts less than its teacher, and substitutes more.</summary>
    public static IReadOnlyList<HallucinationRow> Hallucination { get; } =
    [
        new("wav2vec2-large-960h", 7971, 4.8, 18.9, 4.6, 28.3),
        new("tiny.en", 23_313, 5.1, 8.9, 4.8, 18.9),
        new("base.en", 22_719, 4.3, 6.6, 4.8, 15.7),
        new("small.en", 26_377, 3.3, 5.0, 6.5, 14.7),
        new("medium.en", 23_549, 3.5, 4.2, 4.6, 12.3),
        new("large-v2", 23_792, 3.3, 3.9, 4.5, 11.7),
        new("distil-medium.en", 18_918, 2.5, 5.6, 4.4, 12.4),
        new("distil-large-v2", 18_503, 2.1, 5.3, 4.2, 11.6),
    ];
}
