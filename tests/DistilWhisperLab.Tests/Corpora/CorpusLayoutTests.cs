using System.Text;
using DistilWhisperLab.Corpora;
using static DistilWhisperLab.Tests.Corpora.TemporaryCorpus;

namespace DistilWhisperLab.Tests.Corpora;

/// <summary>What real corpora have that a tidy one has not, read end to end.</summary>
public sealed class CorpusLayoutTests : IDisposable
{
    private readonly TemporaryCorpus _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_manifest_from_Windows_with_blank_lines_at_its_end_is_read()
    {
        _files.SaveWav("a.wav", Steps(0.1f, 0.2f));
        Manifest.Write(_files.ManifestPath, [Row("1", "a.wav", 0, 1), Row("2", "a.wav", 1, 1)]);
        AsOnWindows(_files.ManifestPath);

        Assert.Equal([0.1, 0.2], Corpus.Open(_files.ManifestPath).Stream().Select(e => Math.Round(Amplitude(e.Clip), 2)));
    }

    [Fact]
    public void A_table_of_Common_Voice_is_read_with_its_speakers_quotation_marks_and_durations()
    {
        Write(
            "client_id\tpath\tsentence",
            "abc\tone.wav\t\"\"\"Quoted\"\" all\"",
            "abc\ttwo.wav\t\"Two,\" he said, \"two.\"",
            "abc\tthree.wav\t\"Three\"",
            "def\tfour.wav\tFour.",
            "\tfive.wav\tFive.",
            "\tsix.wav\tSix.");
        // Longer than the clip, as the header of an MP3 file may say; no length; and a clip of another table.
        File.WriteAllText(_files.PathOf("clip_durations.tsv"), "clip\tduration[ms]\nother.wav\t5000\none.wav\t1100\ntwo.wav\t0\n");
        AsOnWindows(_files.PathOf("train.tsv"));
        AsOnWindows(_files.PathOf("clip_durations.tsv"));

        var corpus = Corpus.Open(_files.Folder);

        Assert.Equal(["\"Quoted\" all", "\"Two,\" he said, \"two.\"", "Three", "Four.", "Five.", "Six."], corpus.Utterances.Select(u => u.Text));
        Assert.Equal(["abc", "abc", "abc", "def", "unknown", "unknown"], corpus.Utterances.Select(u => u.Voice));
        Assert.Equal([1.1, 1, 1, 1, 1, 1], corpus.Utterances.Select(u => u.Duration));
        Assert.DoesNotContain("one.wav", File.ReadAllText(_files.PathOf(".durations.tsv")), StringComparison.Ordinal);
        Assert.Equal([3, 1, 1, 1], corpus.Join(30).Stream().Select(e => e.Clip.Duration));
    }

    [Fact]
    public void A_blank_line_amid_a_table_is_named()
    {
        Write("path\tsentence", "one.wav\tOne.", "", "two.wav\tTwo.");

        Complains("train.tsv, line 3 has 1 cells");
    }

    [Fact]
    public void An_empty_quoted_sentence_is_named()
    {
        Write("path\tsentence", "one.wav\t\"\"");

        Complains("train.tsv, line 2 has an empty sentence");
    }

    [Fact]
    public void Chapters_of_one_number_by_two_speakers_of_LibriSpeech_stay_apart()
    {
        foreach (var speaker in new[] { "11", "12" })
        {
            Directory.CreateDirectory(_files.PathOf($"dev/{speaker}/7"));
            File.WriteAllText(_files.PathOf($"dev/{speaker}/7/{speaker}-7.trans.txt"), $"{speaker}-7-0000 ONE\n{speaker}-7-0001 TWO\n");
            _files.SaveWav($"dev/{speaker}/7/{speaker}-7-0000.wav", Steps(0.1f));
            _files.SaveWav($"dev/{speaker}/7/{speaker}-7-0001.wav", Steps(0.2f));
            AsOnWindows(_files.PathOf($"dev/{speaker}/7/{speaker}-7.trans.txt"));
        }

        var corpus = Corpus.Open(_files.PathOf("dev"));

        Assert.Equal(["11-7", "12-7"], corpus.Utterances.Select(u => u.Recording).Distinct());
        Assert.Equal([("11", "ONE TWO"), ("12", "ONE TWO")], corpus.Join(30).Utterances.Select(u => (u.Voice, u.Text)));
        Assert.Equal(2, CorpusStatistics.Of(_files.PathOf("dev"), null, TestContext.Current.CancellationToken).Recordings);

        // What it is exported to may lie below it.
        Directory.CreateDirectory(_files.PathOf("dev/labels"));
        File.WriteAllText(_files.PathOf("dev/labels/part-00000.parquet"), "");
        Assert.Equal(4, Corpus.Open(_files.PathOf("dev")).Utterances.Count);
    }

    /// <summary>With a byte-order mark, carriage returns, and blank lines at the end.</summary>
    private static void AsOnWindows(string path) =>
        File.WriteAllText(path, File.ReadAllText(path).Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n \r\n", Encoding.UTF8);

    private void Write(params string[] lines)
    {
        Directory.CreateDirectory(_files.PathOf("clips"));
        foreach (var name in new[] { "one", "two", "three", "four", "five", "six" })
        {
            _files.SaveWav($"clips/{name}.wav", Steps(0.1f));
        }

        File.WriteAllLines(_files.PathOf("train.tsv"), lines);
    }

    private void Complains(string message) => Assert.Contains(
        message, Assert.Throws<CorpusException>(() => Corpus.Open(_files.Folder)).Message, StringComparison.Ordinal);
}
