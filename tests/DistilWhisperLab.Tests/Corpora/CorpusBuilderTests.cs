using DistilWhisperLab.Corpora;
using DistilWhisperLab.Runtime;
using static DistilWhisperLab.Tests.Corpora.TemporaryCorpus;

namespace DistilWhisperLab.Tests.Corpora;

public sealed class CorpusBuilderTests : IDisposable
{
    private readonly TemporaryCorpus _files = new();

    private static CorpusSpecification Shipped => CorpusSpecification.Load(Path.Combine(LabPaths.Data, "corpus.json"));

    private static CorpusSpecification Six => Shipped with
    {
        Splits = new Dictionary<string, CorpusSpecification.SplitSpecification> { ["six"] = new(6) },
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Fact]
    public void No_sentence_occurs_twice_in_the_whole_corpus()
    {
        var sentences = new CorpusBuilder(Shipped).Sentences;

        Assert.Equal(Shipped.Splits.ToDictionary(s => s.Key, s => s.Value.Utterances), sentences.ToDictionary(s => s.Key, s => s.Value.Length));
        var heard = sentences.Values.SelectMany(s => s).Select(s => string.Join(' ', SpokenWords.Of(s))).ToList();
        Assert.Equal(heard.Count, heard.Distinct().Count());
    }

    [Fact]
    public void A_splits_sentences_do_not_depend_on_the_splits_after_it()
    {
        var all = new CorpusBuilder(Shipped).Sentences;
        var first = new CorpusBuilder(Shipped with { Splits = Shipped.Splits.Take(2).ToDictionary() }).Sentences;

        Assert.Equal(all["test"], first["test"]);
        Assert.Equal(all["test-unseen-voice"], first["test-unseen-voice"]);
    }

    [Fact]
    public void Another_seed_gives_other_sentences() =>
        Assert.NotEqual(new CorpusBuilder(Six).Sentences["six"], new CorpusBuilder(Six with { Seed = 5 }).Sentences["six"]);

    [Fact]
    public void A_grammar_with_too_few_sentences_is_refused()
    {
        var small = Six with { Grammar = new Dictionary<string, IReadOnlyList<string>> { ["sentence"] = ["one.", "two."] } };

        Assert.Contains("split six", Assert.Throws<CorpusException>(() => new CorpusBuilder(small)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_thread_and_two_build_the_same_bytes()
    {
        Require("espeak-ng", "ffmpeg");
        var builder = new CorpusBuilder(Six, utterancesPerRecording: 2);

        await builder.BuildAsync("six", _files.PathOf("one"), 1, new Reports(), Stop);
        await builder.BuildAsync("six", _files.PathOf("two"), 2, new Reports(), Stop);

        var (one, two) = (Bytes("one"), Bytes("two"));
        Assert.Equal(["six.jsonl", "six/six-000.ogg", "six/six-001.ogg", "six/six-002.ogg"], one.Keys.Order());
        Assert.Equal(one, two);
    }

    [Fact]
    public async Task The_manifest_says_what_was_asked_for_and_the_speech_is_there()
    {
        Require("espeak-ng", "ffmpeg");
        await new CorpusBuilder(Six, utterancesPerRecording: 4).BuildAsync("six", _files.Folder, 2, new Reports(), Stop);

        var corpus = Corpus.Open(_files.PathOf("six.jsonl"));

        Assert.Equal(new CorpusBuilder(Six).Sentences["six"], corpus.Utterances.Select(u => u.Text));
        Assert.Equal([0, 1, 2, 3, 0, 1], corpus.Utterances.Select(u => u.Position));
        Assert.Equal(6, corpus.Utterances.Select(u => u.Id).Distinct().Count());
        Assert.All(corpus.Utterances, u => Assert.Contains(u.Voice, Six.Voices));
        Assert.All(corpus.Stream(), e =>
        {
            Assert.InRange(e.Clip.Duration, 0.8, Six.Longest);
            Assert.Equal(e.Utterance.Duration, e.Clip.Duration, 0.001);
            // 0.08 and 4 dB to either side; noise and compression add a little.
            Assert.InRange(Amplitude(e.Clip) / Math.Sqrt(2), 0.04, 0.14);
        });
    }

    [Fact]
    public async Task A_stopped_build_says_how_to_go_on_and_keeps_what_is_finished()
    {
        Require("espeak-ng", "ffmpeg");
        var builder = new CorpusBuilder(Six, utterancesPerRecording: 2);
        using var stop = new CancellationTokenSource();
        var stopping = new Reports(p =>
        {
            if (p.Done == 3)
            {
                stop.Cancel();
            }
        });

        var stopped = await Assert.ThrowsAsync<OperationCanceledException>(
            () => builder.BuildAsync("six", _files.PathOf("a"), 1, stopping, stop.Token));
        Assert.Contains("1 of 3 recordings of six are finished", stopped.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_files.PathOf("a/six.jsonl")));
        Assert.Empty(Directory.GetFiles(_files.PathOf("a"), "*.tmp", SearchOption.AllDirectories));

        var rest = new Reports();
        await builder.BuildAsync("six", _files.PathOf("a"), 1, rest, Stop);
        await builder.BuildAsync("six", _files.PathOf("b"), 1, new Reports(), Stop);

        Assert.Equal((4L, "2 kept from before"), (rest.Last.Total, rest.Last.Detail));
        Assert.Equal(Bytes("b"), Bytes("a"));
    }

    [Fact]
    public async Task What_another_specification_began_is_not_gone_on_with()
    {
        Require("espeak-ng", "ffmpeg");
        using var stop = new CancellationTokenSource();
        var stopping = new Reports(p =>
        {
            if (p.Done == 3)
            {
                stop.Cancel();
            }
        });
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => new CorpusBuilder(Six, 2).BuildAsync("six", _files.Folder, 1, stopping, stop.Token));

        var other = new Reports();
        await new CorpusBuilder(Six with { Seed = 5 }, 2).BuildAsync("six", _files.Folder, 1, other, Stop);

        Assert.Equal((6L, null), (other.Last.Total, other.Last.Detail));
    }

    [Fact]
    public async Task An_unknown_split_is_named_with_those_there_are()
    {
        var error = await Assert.ThrowsAsync<CorpusException>(
            () => new CorpusBuilder(Six).BuildAsync("seven", _files.Folder, 1, new Reports(), Stop));

        Assert.Contains("no split seven; it has six", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_voice_is_named()
    {
        Require("espeak-ng", "ffmpeg");
        var error = await Assert.ThrowsAnyAsync<LabException>(() => new CorpusBuilder(Six with { Voices = ["nobody"] })
            .BuildAsync("six", _files.Folder, 1, new Reports(), Stop));

        Assert.Contains("voice", error.Message, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Bytes(string folder) =>
        Directory.GetFiles(_files.PathOf(folder), "*", SearchOption.AllDirectories).ToDictionary(
            f => Path.GetRelativePath(_files.PathOf(folder), f).Replace('\\', '/'),
            f => Convert.ToBase64String(File.ReadAllBytes(f)));

    private sealed class Reports(Action<Progress>? then = null) : IProgress<Progress>
    {
        public Progress Last { get; private set; }

        public void Report(Progress value)
        {
            Last = value;
            then?.Invoke(value);
        }
    }
}
