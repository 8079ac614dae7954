using DistilWhisperLab.Corpora;
using DistilWhisperLab.Corpora.Synthesis;

namespace DistilWhisperLab.Tests.Corpora.Synthesis;

public sealed class SentenceFilesTests : IDisposable
{
    private readonly TemporaryCorpus _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_file_of_sentences_gives_each_line_once()
    {
        File.WriteAllText(_files.PathOf("some.txt"), "One.\n\nTwo.\nThree.\nTwo.\n");

        Assert.Equal(["One.", "Three.", "Two."], Written("some.txt", 3).Order());
        Assert.Contains("too few sentences for the 4", Refused(4, "some.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_of_several_files_are_laid_together()
    {
        File.WriteAllText(_files.PathOf("a.json"), """{"name": ["Ann"]}""");
        File.WriteAllText(_files.PathOf("b.json"), """{"sentence": ["{name} sings."]}""");

        Assert.Equal(["Ann sings."], Written(["a.json", "b.json"], 1));
    }

    [Theory]
    [InlineData("""{"sentence": ["A."]}""", """{"sentence": ["B."]}""", "\"sentence\", which an earlier file")]
    [InlineData("""{"a": ["A."]}""", """{"b": ["B."]}""", "no rule \"sentence\"")]
    [InlineData("""{"sentence": "A."}""", """{"b": ["B."]}""", "is not a JSON object of grammar rules")]
    [InlineData("null", "{}", "null")]
    public void Broken_files_are_named(string first, string second, string complaint)
    {
        File.WriteAllText(_files.PathOf("a.json"), first);
        File.WriteAllText(_files.PathOf("b.json"), second);

        var message = Refused(1, "a.json", "b.json");

        Assert.Contains(complaint, message, StringComparison.Ordinal);
        Assert.Contains(_files.Folder, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() => Assert.Contains("nothing.json", Refused(1, "nothing.json"), StringComparison.Ordinal);

    private string Refused(int count, params string[] files) =>
        Assert.Throws<CorpusException>(() => Written(files, count)).Message;

    private IEnumerable<string> Written(string file, int count) => Written([file], count);

    private IEnumerable<string> Written(string[] files, int count)
    {
        var path = _files.PathOf("spec.json");
        File.WriteAllText(path, $$"""
            {
              "version": 1, "seed": 1, "longest": 5,
              "domains": { "d": { "kind": "id", "sentences": [{{string.Join(',', files.Select(f => $"\"{f}\""))}}], "voices": ["flite:slt"],
                "wordsPerMinute": [150, 150], "pitch": [50, 50], "acoustics": {} } },
              "splits": { "s": { "utterances": {{count}} } }
            }
            """);
        return new WorldSentences(CorpusSpecification.Load(path)).Of("s", "d").Select(s => s.Written);
    }
}
