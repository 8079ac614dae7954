using CsCheck;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests.Text;

public class WordErrorsTests
{
    private static readonly Gen<string> Sentence =
        Gen.OneOf("a", "b", "c", "the").Array[0, 9].Select(words => string.Join(' ', words));

    [Fact]
    public void Every_case_of_the_reference_agrees()
    {
        foreach (var test in Fixtures.Cases("wer_cases.json"))
        {
            var alignment = WordErrors.Align(test.GetProperty("reference").GetString()!, test.GetProperty("hypothesis").GetString()!);
            Assert.Equal(test.GetProperty("errors").GetInt32(), alignment.Errors);
            Assert.Equal(test.GetProperty("words").GetInt32(), alignment.ReferenceWords);
        }
    }

    [Fact]
    public void The_alignment_names_each_word()
    {
        var alignment = WordErrors.Align("she saw the cat sit down", "he saw the cat down there");
        Assert.Equal(
            [
                new(AlignmentKind.Substitution, "she", "he"), new(AlignmentKind.Hit, "saw", "saw"), new(AlignmentKind.Hit, "the", "the"),
                new(AlignmentKind.Hit, "cat", "cat"), new(AlignmentKind.Deletion, "sit", null), new(AlignmentKind.Hit, "down", "down"),
                new(AlignmentKind.Insertion, null, "there"),
            ],
            alignment.Pairs);
        Assert.Equal(50.0, alignment.Rate);
    }

    [Fact]
    public void Of_equally_few_errors_the_most_words_are_hits() =>
        Assert.Equal(1, WordErrors.Align("sat down", "down there").Hits);

    [Fact]
    public void The_errors_are_the_fewest_possible() =>
        Gen.Select(Sentence, Sentence).Sample((reference, hypothesis) =>
            Assert.Equal(Fewest(Words(reference), Words(hypothesis)), WordErrors.Align(reference, hypothesis).Errors));

    [Fact]
    public void The_pairs_are_both_texts_in_order() =>
        Gen.Select(Sentence, Sentence).Sample((reference, hypothesis) =>
        {
            var pairs = WordErrors.Align(reference, hypothesis).Pairs;
            Assert.Equal(Words(reference), pairs.Select(pair => pair.Reference).OfType<string>());
            Assert.Equal(Words(hypothesis), pairs.Select(pair => pair.Hypothesis).OfType<string>());
            Assert.All(pairs, pair => Assert.Equal(pair.Kind == AlignmentKind.Hit, pair.Reference == pair.Hypothesis));
        });

    [Fact]
    public void Deletions_and_insertions_change_places_with_the_sides() =>
        Gen.Select(Sentence, Sentence).Sample((left, right) =>
            Assert.Equal(WordErrors.Align(left, right).Errors, WordErrors.Align(right, left).Errors));

    [Fact]
    public void Errors_are_a_distance_between_bounds() =>
        Gen.Select(Sentence, Sentence, Sentence).Sample((a, b, c) =>
        {
            var errors = WordErrors.Align(a, b).Errors;
            Assert.True(errors <= WordErrors.Align(a, c).Errors + WordErrors.Align(c, b).Errors);
            Assert.InRange(errors, Math.Abs(Words(a).Length - Words(b).Length), Math.Max(Words(a).Length, Words(b).Length));
            Assert.Equal(Words(a).SequenceEqual(Words(b)), errors == 0);
        });

    [Fact]
    public void Cutting_long_texts_in_two_costs_no_error() =>
        Gen.Select(Gen.Int[0, 4].Array[0, 40], Gen.Int[0, 4].Array[0, 40]).Sample((reference, hypothesis) =>
        {
            var whole = EditAlignment.Steps(reference, hypothesis);
            var cut = EditAlignment.Steps(reference, hypothesis, largestTable: 30);
            Assert.Equal(whole.Count(step => step != AlignmentKind.Hit), cut.Count(step => step != AlignmentKind.Hit));
            Assert.Equal(whole.Count(step => step == AlignmentKind.Hit), cut.Count(step => step == AlignmentKind.Hit));
            Assert.Equal(reference.Length, cut.Count(step => step != AlignmentKind.Insertion));
            Assert.Equal(hypothesis.Length, cut.Count(step => step != AlignmentKind.Deletion));
        });

    [Fact]
    public void A_corpus_sums_before_it_divides()
    {
        var sum = WordErrors.Corpus([("a b c d", "a b c d"), ("a", "b c")]);
        Assert.Equal(2, sum.Errors);
        Assert.Equal(5, sum.ReferenceWords);
        Assert.Equal(40.0, sum.Rate);
    }

    [Fact]
    public void An_empty_reference_has_no_rate_but_errors()
    {
        Assert.Equal(0.0, WordErrors.Align(" ", "").Rate);
        Assert.Equal(double.PositiveInfinity, WordErrors.Align("", "a b").Rate);
        Assert.Equal(2, WordErrors.Align("", "a b").Insertions);
        Assert.Equal(100.0, WordErrors.Align("a b", "").Rate);
    }

    [Fact]
    public void Characters_are_code_points()
    {
        var alignment = WordErrors.AlignCharacters("日本🙂語", "日本語 ");
        Assert.Equal(1, alignment.Deletions);
        Assert.Equal(4, alignment.ReferenceWords);
        Assert.Equal("🙂", alignment.Pairs[2].Reference);
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static int Fewest(ReadOnlySpan<string> reference, ReadOnlySpan<string> hypothesis)
    {
        var cost = new Dictionary<(int, int), int>();
        return Cost(reference.ToArray(), hypothesis.ToArray(), 0, 0, cost);
    }

    // The definition: match or replace, leave out, or add.
    private static int Cost(string[] reference, string[] hypothesis, int i, int j, Dictionary<(int, int), int> known)
    {
        if (i == reference.Length || j == hypothesis.Length)
        {
            return reference.Length - i + hypothesis.Length - j;
        }

        if (!known.TryGetValue((i, j), out var cost))
        {
            cost = Math.Min(
                Cost(reference, hypothesis, i + 1, j + 1, known) + (reference[i] == hypothesis[j] ? 0 : 1),
                1 + Math.Min(Cost(reference, hypothesis, i + 1, j, known), Cost(reference, hypothesis, i, j + 1, known)));
            known[(i, j)] = cost;
        }

        return cost;
    }
}
