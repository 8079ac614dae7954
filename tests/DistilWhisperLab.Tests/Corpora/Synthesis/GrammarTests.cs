using DistilWhisperLab.Corpora;
using DistilWhisperLab.Corpora.Synthesis;

namespace DistilWhisperLab.Tests.Corpora.Synthesis;

public class GrammarTests
{
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

        Assert.Equal(Sentence.Plain("The red fox met the red fox."), grammar.Sentence(new Random(0)) with { Spoken = "The red fox met the red fox." });
        Assert.Equal("the red fox met the red fox.", grammar.Sentence(new Random(0)).Spoken);
        Assert.Equal(["fox", "met", "red", "the"], grammar.Vocabulary.Order());
    }

    [Fact]
    public void What_is_written_in_figures_is_read_in_words()
    {
        var grammar = new Grammar(new Dictionary<string, IReadOnlyList<string>>
        {
            ["sentence"] = ["[Dr.=doctor] {name} paid [$5=five dollars]."],
            ["name"] = ["Lane"],
        });

        Assert.Equal(new Sentence("Dr. Lane paid $5.", "doctor Lane paid five dollars."), grammar.Sentence(new Random(0)));
        Assert.Equal(["doctor", "dollars", "five", "lane", "paid"], grammar.Vocabulary.Order());
    }

    [Theory]
    [InlineData("sentence", "it costs [five", "bracket")]
    [InlineData("sentence", "it costs [five]", "bracket")]
    [InlineData("sentence", "it costs =five", "equals")]
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
    public void Rules_that_grow_faster_than_they_end_are_refused()
    {
        var grammar = new Grammar(new Dictionary<string, IReadOnlyList<string>>
        {
            ["sentence"] = ["{sentence} and {sentence}", "{sentence} or {sentence}", "good"],
        });

        var error = Assert.Throws<CorpusException>(() => Enumerable.Range(0, 100).Select(seed => grammar.Sentence(new Random(seed))).ToList());
        Assert.Contains("did not end after 1000 rules, the last \"sentence\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_may_lead_back_to_itself_when_it_can_also_end()
    {
        var grammar = new Grammar(new Dictionary<string, IReadOnlyList<string>>
        {
            ["sentence"] = ["very {sentence}", "good"],
        });

        Assert.Matches("^(Very (very )*g|G)ood$", grammar.Sentence(new Random(5)).Written);
    }
}
