using DistilWhisperLab.Audio;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Runtime;
using static DistilWhisperLab.Tests.Corpora.TemporaryCorpus;

namespace DistilWhisperLab.Tests.Corpora;

public sealed class CorpusFormatTests : IDisposable
{
    private readonly TemporaryCorpus _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_LibriSpeech_directory_is_read_chapter_by_chapter()
    {
        WriteLibriSpeech();

        var corpus = Corpus.Open(_files.PathOf("dev-clean"));

        Assert.Equal(
            [
                new Utterance("12-7-0000", "12/7/12-7-0000.wav", 0, 1, "MISTER QUILTER", "dev-clean", "dev-clean", "12", "12-7", 0),
                new Utterance("12-7-0001", "12/7/12-7-0001.wav", 0, 2, "IS THE APOSTLE", "dev-clean", "dev-clean", "12", "12-7", 1),
                new Utterance("9-3-0000", "9/3/9-3-0000.wav", 0, 1, "OTHER", "dev-clean", "dev-clean", "9", "9-3", 0),
            ],
            corpus.Utterances);
        Assert.Equal([0.1, 0.2, 0.4], corpus.Stream().Select(e => Math.Round(Amplitude(e.Clip), 2)));

        var joined = corpus.Join(10);
        Assert.Equal(["MISTER QUILTER IS THE APOSTLE", "OTHER"], joined.Utterances.Select(u => u.Text));
        Assert.Equal([3, 1], joined.Stream().Select(e => e.Clip.Duration));
        Assert.Equal(0.2, Amplitude(joined.Audio(joined.Utterances[0]).Slice(1, 2)), 0.001);
        Assert.Equal("dev-clean", Corpus.Open(_files.Folder).Utterances[0].Split);
    }

    [Theory]
    [InlineData("12-7-0000\tMISTER QUILTER", "by a tab; expected a space")]
    [InlineData("12-7-0000", "the one word \"12-7-0000\"")]
    [InlineData("12-7-0000 ", "empty text")]
    [InlineData(" MISTER", "begins with a space")]
    [InlineData("12-7-0005 NOBODY", "12-7-0005.flac")]
    [InlineData("12-7-0001 TWICE", "an earlier row")]
    public void A_wrong_line_of_LibriSpeech_is_named(string line, string complaint)
    {
        WriteLibriSpeech();
        var transcript = _files.PathOf("dev-clean/12/7/12-7.trans.txt");
        File.WriteAllText(transcript, $"12-7-0001 IS THE APOSTLE\n{line}\n");

        var error = Assert.Throws<CorpusException>(() => Corpus.Open(_files.PathOf("dev-clean")));

        Assert.StartsWith($"{transcript}, line 2 ", error.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_Common_Voice_is_read_with_its_clips()
    {
        WriteClips();
        var table = _files.PathOf("test.tsv");
        File.WriteAllText(table, "client_id\tpath\tsentence\tage\nabc\tone.wav\tHe said \"hi.\t\n\ttwo.wav\tTwo.\tteens\n");

        var corpus = Corpus.Open(table);

        var folder = Path.GetFileName(_files.Folder);
        Assert.Equal(
            [
                new Utterance("one", "clips/one.wav", 0, 1, "He said \"hi.", folder, "test", "abc", "abc", 0),
                new Utterance("two", "clips/two.wav", 0, 2, "Two.", folder, "test", "unknown", "two", 0),
            ],
            corpus.Utterances);
        Assert.Equal([1, 2], corpus.Stream().Select(e => e.Clip.Duration));
        Assert.Equal(2, Corpus.Open(_files.Folder).Utterances.Count);
    }

    [Theory]
    [InlineData("path\ttext\none.wav\tOne.\n", "no column sentence")]
    [InlineData("path\tsentence\none.wav\tOne.\ntwo.wav\n", "test.tsv, line 3 has 1 cells")]
    [InlineData("path\tsentence\none.wav\t \n", "test.tsv, line 2 has an empty sentence")]
    [InlineData("path\tsentence\none.wav\tOne.\nsix.wav\tSix.\n", "test.tsv, line 3 names the clip \"six.wav\"")]
    [InlineData("path\tsentence\nbad.wav\tBad.\n", "test.tsv, line 2 has no usable audio")]
    [InlineData("path\tsentence\n", "no utterance")]
    [InlineData("", "no column path")]
    public void A_wrong_table_of_Common_Voice_is_named(string table, string complaint)
    {
        WriteClips();
        File.WriteAllText(_files.PathOf("clips/bad.wav"), "no audio");
        File.WriteAllText(_files.PathOf("test.tsv"), table);

        Assert.Contains(
            complaint, Assert.Throws<CorpusException>(() => Corpus.Open(_files.PathOf("test.tsv"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Durations_are_taken_once_and_again_when_a_file_changes()
    {
        WriteLibriSpeech();
        var folder = _files.PathOf("dev-clean");

        Assert.Equal(3, Measured(folder));
        Assert.Equal(0, Measured(folder));
        AudioFile.SaveWav(_files.PathOf("dev-clean/9/3/9-3-0000.wav"), Steps(0.4f, 0.4f, 0.4f));
        Assert.Equal(1, Measured(folder));
        Assert.Equal([1, 2, 3], Corpus.Open(folder).Utterances.Select(u => u.Duration));

        File.WriteAllText(_files.PathOf("dev-clean/.durations.tsv"), "no\tindex\n\n");
        Assert.Equal(3, Measured(folder));
    }

    [Fact]
    public void A_path_that_is_no_corpus_says_what_would_be_one()
    {
        File.WriteAllText(_files.PathOf("notes.txt"), "Hello.");
        foreach (var path in new[] { "nowhere", "notes.txt", "" })
        {
            var error = Assert.Throws<CorpusException>(() => Corpus.Open(_files.PathOf(path)));
            Assert.Contains(_files.PathOf(path), error.Message, StringComparison.Ordinal);
            Assert.Contains("Parquet", error.Message, StringComparison.Ordinal);
        }

        File.WriteAllText(_files.PathOf("a.jsonl"), "");
        File.WriteAllText(_files.PathOf("b.tsv"), "");
        Assert.Contains("a.jsonl, b.tsv", Assert.Throws<CorpusException>(() => Corpus.Open(_files.Folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flac", "-c:a flac")]
    [InlineData("ogg", "-c:a libvorbis")]
    [InlineData("opus", "-c:a libopus")]
    public async Task A_length_from_the_headers_is_that_of_the_decoded_audio(string extension, string codec)
    {
        Require("ffmpeg");
        _files.SaveWav("a.wav", new AudioClip(Steps(0.2f, 0.2f).Samples[..23456], SampleRate));
        var path = _files.PathOf("a." + extension);
        await ExternalTool.RunAsync(
            "ffmpeg", ["-v", "error", "-i", _files.PathOf("a.wav"), .. codec.Split(' '), path], default, TestContext.Current.CancellationToken);

        Assert.Equal(AudioFile.Load(path).Duration, AudioLength.Seconds(path), 1e-4);
    }

    private static int Measured(string folder)
    {
        var progress = new Counter();
        _ = Corpus.Open(folder, progress);
        return progress.Count;
    }

    private void WriteLibriSpeech()
    {
        Directory.CreateDirectory(_files.PathOf("dev-clean/12/7"));
        Directory.CreateDirectory(_files.PathOf("dev-clean/9/3"));
        File.WriteAllText(_files.PathOf("dev-clean/12/7/12-7.trans.txt"), "12-7-0000 MISTER QUILTER\n12-7-0001 IS THE APOSTLE\n\n");
        File.WriteAllText(_files.PathOf("dev-clean/9/3/9-3.trans.txt"), "9-3-0000 OTHER\n");
        _files.SaveWav("dev-clean/12/7/12-7-0000.wav", Steps(0.1f));
        _files.SaveWav("dev-clean/12/7/12-7-0001.wav", Steps(0.2f, 0.2f));
        _files.SaveWav("dev-clean/9/3/9-3-0000.wav", Steps(0.4f));
    }

    private void WriteClips()
    {
        Directory.CreateDirectory(_files.PathOf("clips"));
        _files.SaveWav("clips/one.wav", Steps(0.1f));
        _files.SaveWav("clips/two.wav", Steps(0.2f, 0.2f));
    }

    private sealed class Counter : IProgress<Progress>
    {
        private int _count;

        public int Count => _count;

        public void Report(Progress value) => Interlocked.Increment(ref _count);
    }
}
