using System.Text.Json.Nodes;
using DistilWhisperLab.Corpora;
using static DistilWhisperLab.Tests.Corpora.TemporaryCorpus;

namespace DistilWhisperLab.Tests.Corpora;

public sealed class CorpusTests : IDisposable
{
    private readonly TemporaryCorpus _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_turn_is_what_neighbours_of_one_recording_say_in_one_voice()
    {
        _files.SaveWav("a.wav", Steps(0.1f));
        _files.SaveWav("b.wav", Steps(0.1f));
        var corpus = _files.Open(
            Row("1", "a.wav", 0, 1), Row("2", "a.wav", 0, 1), Row("3", "a.wav", 0, 1) with { Voice = "another" },
            Row("4", "b.wav", 0, 1) with { Voice = "another" }, Row("5", "b.wav", 0, 1), Row("6", "a.wav", 0, 1), Row("7", "a.wav", 0, 1));
        Assert.Equal([2, 1, 1, 1, 2], corpus.Turns);
    }

    [Fact]
    public void An_utterance_is_heard_at_its_place()
    {
        _files.SaveWav("a.wav", Steps(0.1f, 0.2f, 0.3f, 0.4f));
        var corpus = _files.Open(Row("1", "a.wav", 1, 1), Row("2", "a.wav", 3.25, 0.5));

        var first = corpus.Audio(corpus.Utterances[0]);
        var second = corpus.Audio(corpus.Utterances[1]);

        Assert.Equal(16000, first.SampleRate);
        Assert.Equal((16000, 8000), (first.Samples.Length, second.Samples.Length));
        Assert.Equal(0.2, Amplitude(first), 0.001);
        Assert.Equal(0.4, Amplitude(second), 0.001);
    }

    [Fact]
    public async Task An_utterance_is_heard_at_its_place_in_Ogg_Vorbis()
    {
        Require("ffmpeg");
        var stop = TestContext.Current.CancellationToken;
        await VorbisFile.WriteAsync(_files.PathOf("a.ogg"), Steps(0.1f, 0.4f, 0.2f), stop);
        var corpus = _files.Open(Row("1", "a.ogg", 0, 1), Row("2", "a.ogg", 1, 1), Row("3", "a.ogg", 2, 1));

        var amplitudes = corpus.Stream().Select(e => Amplitude(e.Clip)).ToArray();

        Assert.Equal(3, amplitudes.Length);
        Assert.Equal(0.1, amplitudes[0], 0.01);
        Assert.Equal(0.4, amplitudes[1], 0.01);
        Assert.Equal(0.2, amplitudes[2], 0.01);
    }

    [Fact]
    public void Many_recordings_are_read_in_any_order_and_from_several_threads()
    {
        var rows = new List<Utterance>();
        for (var r = 0; r < 9; r++)
        {
            _files.SaveWav($"{r}.wav", Steps(0.1f * (r + 1)));
            rows.Add(Row($"{r}", $"{r}.wav", 0.25, 0.5));
        }

        var corpus = _files.Open([.. rows]);
        var order = Enumerable.Range(0, 90).Select(i => i * 7 % 9).ToArray();
        var heard = order.AsParallel().AsOrdered().WithDegreeOfParallelism(4)
            .Select(r => Amplitude(corpus.Audio(corpus.Utterances[r]))).ToArray();

        Assert.All(order.Zip(heard), pair => Assert.Equal(0.1 * (pair.First + 1), pair.Second, 0.002));
    }

    [Fact]
    public void Take_keeps_the_first_utterances()
    {
        _files.SaveWav("a.wav", Steps(0.1f, 0.2f, 0.3f));
        var corpus = _files.Open(Row("1", "a.wav", 0, 1), Row("2", "a.wav", 1, 1), Row("3", "a.wav", 2, 1));

        Assert.Equal(["1", "2"], corpus.Take(2).Stream().Select(e => e.Utterance.Id));
        Assert.Equal(3, corpus.Take(5).Utterances.Count);
    }

    [Fact]
    public void A_manifest_that_is_written_is_read_back_the_same()
    {
        Utterance[] rows =
        [
            new("x-1", "x/a.ogg", 0, 1.25, "It's \"seven\", señor.", "daily", "x", "en-us+f3", "a", 0),
            new("x-2", "x/a.ogg", 1.5, 0.0625, "Is it?", "daily", "x", "en-gb", "a", 1),
        ];
        Manifest.Write(_files.ManifestPath, rows);

        Assert.Equal(rows, Manifest.Read(_files.ManifestPath));
        Assert.Contains("It's", File.ReadAllText(_files.ManifestPath), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_without_id_recording_and_position_are_named_after_their_audio()
    {
        _files.SaveWav("a.wav", Steps(0.1f, 0.2f));
        _files.SaveWav("a-1.wav", Steps(0.3f));
        _files.SaveWav("b.wav", Steps(0.4f));
        string Line(string audio, int start) =>
            $$"""{"audio":"{{audio}}","start":{{start}},"duration":1,"text":"{{audio}}.","domain":"d","split":"s","voice":"v"}""";
        File.WriteAllLines(_files.ManifestPath, [Line("a-1.wav", 0), Line("a.wav", 0), Line("a.wav", 1), Line("b.wav", 0)]);

        var corpus = Corpus.Open(_files.ManifestPath);

        Assert.Equal(["a-1", "a-0", "a-1-1", "b"], corpus.Utterances.Select(u => u.Id));
        Assert.Equal([("a-1", 0), ("a", 0), ("a", 1), ("b", 0)], corpus.Utterances.Select(u => (u.Recording, u.Position)));
        Assert.Equal([1, 2, 1], corpus.Join(3).Stream().Select(e => e.Clip.Duration));
    }

    [Fact]
    public void What_rows_repeat_is_one_object()
    {
        _files.SaveWav("a.wav", Steps(0.1f));
        var rows = _files.Open(Row("1", "a.wav", 0, 1), Row("2", "a.wav", 0, 1)).Utterances;

        Assert.Same(rows[0].Audio, rows[1].Audio);
        Assert.Same(rows[0].Domain, rows[1].Domain);
        Assert.Same(rows[0].Split, rows[1].Split);
        Assert.Same(rows[0].Voice, rows[1].Voice);
        Assert.Same(rows[0].Recording, rows[1].Recording);
    }

    [Theory]
    [InlineData("{\"id\":\"1\"")]
    [InlineData("hello")]
    [InlineData("\n{}")]
    [InlineData("{\"duration\":NaN}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"id\":\"1\",\"audio\":\"a.wav\",\"start\":0,\"duration\":1}")]
    public void A_line_that_is_no_utterance_is_named_with_its_file_and_number(string line)
    {
        _files.SaveWav("a.wav", Steps(0.1f));
        Manifest.Write(_files.ManifestPath, [Row("0", "a.wav", 0, 1)]);
        File.AppendAllText(_files.ManifestPath, line + "\n");

        var error = Assert.Throws<CorpusException>(() => Corpus.Open(_files.ManifestPath));

        Assert.StartsWith($"{_files.ManifestPath}, line 2 ", error.Message, StringComparison.Ordinal);
        Assert.Contains("JSON object", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("$", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("duration", "-1", "duration of -1 s")]
    [InlineData("duration", "0", "duration of 0 s")]
    [InlineData("duration", "1e999", "duration")]
    [InlineData("duration", "\"1\"", "has no number in its column duration; write seconds there")]
    [InlineData("duration", "null", "lacks the column duration; ")]
    [InlineData("start", "1e999", "start")]
    [InlineData("position", "1.5", "no whole number in its column position")]
    [InlineData("audio", "{\"path\":\"a.wav\"}", "has no text in its column audio; write one")]
    [InlineData("voice", "12", "has no text in its column voice")]
    [InlineData("split", "null", "lacks the column split; an utterance's JSON object has audio, start, duration, text, domain, split and voice")]
    [InlineData("start", "-0.5", "starts at -0.5 s")]
    [InlineData("audio", "\"b.wav\"", "b.wav")]
    [InlineData("audio", "\"\"", "no audio")]
    [InlineData("text", "\" \"", "empty text")]
    [InlineData("text", "null", "lacks the column text")]
    [InlineData("id", "\"0\"", "earlier row")]
    public void A_wrong_column_is_named_with_its_file_and_line(string column, string value, string complaint)
    {
        _files.SaveWav("a.wav", Steps(0.1f));
        Manifest.Write(_files.ManifestPath, [Row("0", "a.wav", 0, 1), Row("1", "a.wav", 0, 1)]);
        var lines = File.ReadAllLines(_files.ManifestPath);
        var row = JsonNode.Parse(lines[1])!;
        row[column] = JsonNode.Parse(value);
        File.WriteAllLines(_files.ManifestPath, [lines[0], row.ToJsonString()]);

        var error = Assert.Throws<CorpusException>(() => Corpus.Open(_files.ManifestPath));

        Assert.StartsWith($"{_files.ManifestPath}, line 2 ", error.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_span_past_the_recordings_end_is_named_with_its_line()
    {
        _files.SaveWav("a.wav", Steps(0.1f, 0.1f));
        var corpus = _files.Open(Row("1", "a.wav", 0, 1), Row("2", "a.wav", 1.5, 1));

        Assert.Equal(16000, corpus.Audio(corpus.Utterances[0]).Samples.Length);
        var error = Assert.Throws<CorpusException>(() => corpus.Audio(corpus.Utterances[1]));

        Assert.Contains($"{_files.ManifestPath}, line 2 ends at 2.50 s", error.Message, StringComparison.Ordinal);
        Assert.Contains("2.00 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_that_is_no_audio_is_named()
    {
        File.WriteAllText(_files.PathOf("a.wav"), "no audio at all");
        var corpus = _files.Open(Row("1", "a.wav", 0, 1));

        var error = Assert.Throws<CorpusException>(() => corpus.Audio(corpus.Utterances[0]));

        Assert.StartsWith($"{_files.ManifestPath}, line 1 ", error.Message, StringComparison.Ordinal);
        Assert.Contains("a.wav is a text file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_or_empty_manifest_is_named()
    {
        var missing = Assert.Throws<CorpusException>(() => Corpus.Open(_files.PathOf("none.jsonl")));
        Assert.Contains("none.jsonl", missing.Message, StringComparison.Ordinal);

        File.WriteAllText(_files.ManifestPath, "");
        var empty = Assert.Throws<CorpusException>(() => Corpus.Open(_files.ManifestPath));
        Assert.Contains("no utterance", empty.Message, StringComparison.Ordinal);
    }
}
