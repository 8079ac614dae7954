using CsCheck;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests.Text;

public class NormalizerTests
{
    private static readonly EnglishNormalizer English = new();

    [Fact]
    public void Every_case_of_the_reference_agrees()
    {
        var english = EnglishNormalizer.Load(Fixtures.File("reference/normalizer.json"));
        var basic = new BasicNormalizer();
        var plain = new BasicNormalizer(removeDiacritics: true);
        foreach (var test in Fixtures.Cases("normalizer_cases.json"))
        {
            var input = test.GetProperty("input").GetString()!;
            Assert.Equal((input, test.GetProperty("english").GetString()), (input, english.Normalize(input)));
            Assert.Equal((input, test.GetProperty("basic").GetString()), (input, basic.Normalize(input)));
            Assert.Equal((input, test.GetProperty("basic_no_diacritics").GetString()), (input, plain.Normalize(input)));
        }
    }

    [Theory]
    [InlineData("10mm", "10 mm")]
    [InlineData("mm yes 20mm", "yes 20 mm")]
    [InlineData("Uh, um, hmm, mhm, mmm: the mm", "the")]
    [InlineData("RC232", "rc 232")]
    [InlineData("5 mm²", "5 mm 2")] // ² is part of a word, so mm is no filler here.
    public void Fillers_go_and_units_stay(string input, string expected) =>
        Assert.Equal(expected, English.Normalize(input).Trim());

    [Theory]
    [InlineData("two double o eight", "2008")]
    [InlineData("double oh seven", "007")]
    [InlineData("one triple oh one", "10001")]
    [InlineData("nineteen fifties", "1950s")]
    [InlineData("twenty-twenty", "2020")]
    [InlineData("thirty first", "31st")]
    [InlineData("ninth", "ninth")]
    [InlineData("2 hundred", "200")]
    [InlineData("one oh one", "101")]
    [InlineData("3 14", "3 14")]
    [InlineData("four point two billions", "4200000000s")]
    [InlineData("three and a half million", "3500000")]
    [InlineData("seventy six per cent", "76%")]
    [InlineData("minus five", "-5")]
    [InlineData("minus hello", "minus hello")]
    [InlineData("two hundred and five", "205")]
    [InlineData("five and six", "5 and 6")]
    [InlineData("point", "point")]
    [InlineData("2.3.4", "2.3.4")]
    [InlineData("1.2.3", "one.2.3")]
    [InlineData("one decillion", "1000000000000000000000000000000000")]
    [InlineData("zero five", "05")]
    [InlineData("twenty twenty five", "2025")]
    [InlineData("one", "one")]
    [InlineData("1", "one")]
    [InlineData("1.5", "one.5")]
    [InlineData("oh my god", "0 my god")]
    [InlineData("٣ apples", "3 apples")]
    public void Numbers_are_written_as_the_reference_writes_them(string input, string expected) =>
        Assert.Equal(expected, English.Normalize(input));

    [Theory]
    [InlineData("$20 million", "$20000000")]
    [InlineData("two dollars and seventy cents", "$2.70")]
    [InlineData("three euros and sixty five cents", "€3.65")]
    [InlineData("$0.36", "¢36")]
    [InlineData("3 cents", "¢3")]
    [InlineData("$1.50", " one.50")] // The symbol is lost behind "one" and its blank stays.
    [InlineData("100%", "100%")]
    [InlineData("a % b", "a b")]
    public void Money_and_percent_keep_their_signs_beside_numbers(string input, string expected) =>
        Assert.Equal(expected, English.Normalize(input));

    [Theory]
    [InlineData("Let's go, y'all", "let us go you all")]
    [InlineData("She's been there; she's got it, she's like that", "she has been there she has got it she is like that")]
    [InlineData("I'd been, I'd go", "i had been i would go")]
    [InlineData("won't can't don't we've I'm you're they'll", "will not can not do not we have i am you are they will")]
    [InlineData("Mario's castle", "mario is castle")]
    [InlineData("don\u2019t", "don t")]
    [InlineData("Mr. Park visited Assoc. Prof. Kim Jr.", "mister park visited associate professor kim junior")]
    [InlineData("[Music] hello (laughs) <unk>", "hello")]
    [InlineData("Zürich, Łódź, œuvre, naïve", "zurich lodz oeuvre naive")]
    [InlineData("The colour of the centre was organised in the theatre", "the color of the center was organized in the theater")]
    public void Contractions_titles_and_spellings_are_written_out(string input, string expected) =>
        Assert.Equal(expected, English.Normalize(input).Trim());

    [Theory]
    [InlineData("Hola güey!", "hola güey ", "hola guey ")]
    [InlineData("[Musik] ΟΔΟΣ (lacht) ½", " οδος 1 2", " οδος 1 2")]
    [InlineData("İstanbul", "i\u0307stanbul", "istanbul")]
    [InlineData("한국어", "한국어", "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165")]
    public void The_basic_normaliser_keeps_diacritics_unless_told_otherwise(string input, string kept, string removed)
    {
        // A dot above is a mark of its own where no letter bears it, and so a space.
        Assert.Equal(kept.Replace("i\u0307", "i "), new BasicNormalizer().Normalize(input));
        Assert.Equal(removed, new BasicNormalizer(removeDiacritics: true).Normalize(input));
    }

    [Fact]
    public void Letters_are_split_where_a_language_has_no_spaces() =>
        Assert.Equal("日 本 語", new BasicNormalizer(splitLetters: true).Normalize("日本 語").Replace("  ", " "));

    [Fact]
    public void Normalising_never_fails_and_leaves_single_spaces() =>
        Gen.OneOf<string>(WhisperTokenizerTests.AnyText, SpokenText).Sample(text =>
        {
            foreach (var normalized in new[] { English.Normalize(text), new BasicNormalizer().Normalize(text) })
            {
                Assert.DoesNotContain("  ", normalized);
            }
        });

    [Fact]
    public void Long_numbers_take_no_quadratic_time()
    {
        var digits = string.Concat(Enumerable.Repeat("7", 200_000));
        Assert.Equal(digits, English.Normalize(digits));
        Assert.Equal(digits, English.Normalize(string.Join(' ', Enumerable.Repeat("seven", 200_000))));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"colour\": null}")]
    [InlineData("colour color")]
    public void Spellings_that_are_none_are_refused(string content)
    {
        using var folder = new TemporaryFolder();
        folder.Write("normalizer.json", content);
        Assert.Contains("no list of spellings", Assert.Throws<LabException>(() => EnglishNormalizer.Load(folder.File("normalizer.json"))).Message);
        Assert.Contains("cannot be read", Assert.Throws<LabException>(() => EnglishNormalizer.Load(folder.File("nowhere.json"))).Message);
    }

    [Fact]
    public void The_built_in_spellings_agree_with_the_checkpoints()
    {
        var checkpoint = System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(
            File.ReadAllBytes(Fixtures.File("reference/normalizer.json")))!;
        Assert.All(BritishSpellings.Common.Where(pair => checkpoint.ContainsKey(pair.Key)), pair => Assert.Equal(checkpoint[pair.Key], pair.Value));
    }

    private static Gen<string> SpokenText { get; } =
        Gen.OneOf(
            "one", "six", "nineteen", "twenty", "first", "thousandth", "hundred", "million", "point", "and", "a", "half", "double",
            "triple", "oh", "zero", "minus", "dollars", "cents", "per", "cent", "percent", "0", "7", "3.50", "$5", "1.0", "10th", "$", "%", ".")
        .Array[0, 12].Select(words => string.Join(' ', words));
}
