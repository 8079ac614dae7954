using DistilWhisperLab.Text;

namespace DistilWhisperLab.Tests.Text;

public class NormalizerTests
{
    [Fact]
    public void Every_case_of_the_reference_agrees()
    {
        var english = EnglishNormalizer.Load(TextFixtures.Path("reference/normalizer.json"));
        var basic = new BasicNormalizer();
        var plain = new BasicNormalizer(removeDiacritics: true);
        var wrong = new List<string>();
        foreach (var test in TextFixtures.Cases("normalizer_cases.json"))
        {
            var input = test.GetProperty("input").GetString()!;
            Check("english", english.Normalize);
            Check("basic", basic.Normalize);
            Check("basic_no_diacritics", plain.Normalize);

            void Check(string kind, Func<string, string> normalize)
            {
                var expected = test.GetProperty(kind).GetString();
                var found = normalize(input);
                if (found != expected)
                {
                    wrong.Add($"{kind}: \"{input}\" -> \"{found}\", not \"{expected}\"");
                }
            }
        }

        Assert.Empty(wrong);
    }
}
