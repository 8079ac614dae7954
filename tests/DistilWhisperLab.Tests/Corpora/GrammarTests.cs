using DistilWhisperLab.Corpora;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Corpora;

public class GrammarTests
{
    private static Grammar Shipped =>
        new(CorpusSpecification.Load(Path.Combine(LabPaths.Data, "corpus.json")).Grammar);

    [Fact]
    public void The_shipped_grammar_has_between_300_and_500_words() =>
        Assert.InRange(Shipped.Vocabulary.Count, 300, 500);

    [Fact]
    public void Sentences_are_written_as_a_transcript_and_stay_inside_the_vocabulary()
    {
        var grammar = Shipped;
        var words = grammar.Vocabulary;
        var random = new Random(1);
        for (var i = 0; i < 5000; i++)
        {
            var sentence = grammar.Sentence(random);
            Assert.Matches("^[A-Z][A-Za-z',]*( [A-Za-z',]+)+[.?]$", sentence);
            var spoken = SpokenWords.Of(sentence);
            Assert.InRange(spoken.Count, 4, 12);
            Assert.All(spoken, word => Assert.Contains(word, words));
        }
    }

    [Fact]
    public void The_same_random_numbers_give_the_same_sentences()
    {
        var (one, other) = (new Random(7), new Random(7));
        var sentences = Enumerable.Range(0, 100).Select(_ => Shipped.Sentence(one)).ToArray();

        Assert.Equal(sentences, Enumerable.Range(0, 100).Select(_ => Shipped.Sentence(other)));
        Assert.NotEqual(sentences, Enumerable.Range(0, 100).Select(_ => Shipped.Sentence(one)));
    }

    [Fact]
    public void There_are_far_more_sentences_than_the_corpus_takes()
    {
        var grammar = Shipped;
        var random = new Random(3);
        Assert.True(Enumerable.Range(0, 100_000).Select(_ => grammar.Sentence(random)).Distinct().Count() > 50_000);
    }

    [Fact]
    public void Rules_are_expanded_within_rules()
    {
        var grammar = new Grammar(new Dictionary<string, IReadOnlyList<string>>
        {
            ["sentence"] = ["{who} met {who}{mark}"],
            ["who"] = ["the {adjective} fox"],
            ["adjective"] = ["red"],
            ["mark"] = ["."],
        });

        Assert.Equal("The red fox met the red fox.", grammar.Sentence(new Random(0)));
        Assert.Equal(["fox", "met", "red", "the"], grammar.Vocabulary.Order());
    }

    [Theory]
    [InlineData("other", "hello", "no rule \"sentence\"")]
    [InlineData("sentence", "", "empty")]
    [InlineData("sentence", "go to {place}", "{place}, which is not a rule")]
    [InlineData("sentence", "again and {sentence}", "never ends")]
    [InlineData("sentence", "go to {place", "brace")]
    [InlineData("sentence", "go to place}", "brace")]
    public void A_grammar_that_cannot_write_is_refused(string rule, string alternative, string complaint)
    {
        var rules = new Dictionary<string, IReadOnlyList<string>> { [rule] = [alternative] };

        Assert.Contains(complaint, Assert.Throws<CorpusException>(() => new Grammar(rules)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_may_lead_back_to_itself_when_it_can_also_end()
    {
        var grammar = new Grammar(new Dictionary<string, IReadOnlyList<string>>
        {
            ["sentence"] = ["very {sentence}", "good"],
        });

        Assert.Matches("^(Very (very )*g|G)ood$", grammar.Sentence(new Random(5)));
    }
}
