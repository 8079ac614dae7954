using DistilWhisperLab.Corpora;
using DistilWhisperLab.Corpora.Synthesis;
using DistilWhisperLab.Runtime;
using static DistilWhisperLab.Tests.Corpora.TemporaryCorpus;

namespace DistilWhisperLab.Tests.Corpora.Synthesis;

public sealed class CorpusBuilderTests : IDisposable
{
    private static readonly SplitSpecification Two = new() { Utterances = 2, Domains = ["crowd", "meeting-far", "news"] };

    private readonly TemporaryCorpus _files = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_splits_sentences_do_not_depend_on_the_splits_after_it()
    {
        var world = CorpusSpecification.LabWorld();
        var first = new WorldSentences(world with { Splits = world.Splits.Take(2).ToDictionary() });
        var all = new WorldSentences(world);

        Assert.All(world.Splits.Keys.Take(2), split => Assert.Equal(all.Of(split, "news"), first.Of(split, "news")));
    }

    [Fact]
    public void Another_seed_gives_other_sentences() => Assert.NotEqual(
        new WorldSentences(SmallWorld.Six).Of("six", "crowd"),
        new WorldSentences(SmallWorld.Six with { Seed = 5 }).Of("six", "crowd"));

    [Fact]
    public async Task One_thread_and_three_build_the_same_bytes()
    {
        Require("espeak-ng", "flite", "ffmpeg");
        var builder = new CorpusBuilder(SmallWorld.With("two", Two));

        await builder.BuildAsync("two", _files.PathOf("one"), 1, new Reports(), Stop);
        await builder.BuildAsync("two", _files.PathOf("three"), 3, new Reports(), Stop);

        var (one, three) = (Bytes("one"), Bytes("three"));
        Assert.Equal(
            ["two.jsonl", "two/.specification", "two/crowd-000.ogg", "two/meeting-far-000.ogg", "two/news-000.ogg"],
            one.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(one, three);

        // A finished split is not built again, one that lost a recording or was changed is.
        var again = new Reports();
        await builder.BuildAsync("two", _files.PathOf("one"), 1, again, Stop);
        Assert.Equal("finished before", again.Last.Detail);
        File.Delete(_files.PathOf("one/two/crowd-000.ogg"));
        await builder.BuildAsync("two", _files.PathOf("one"), 2, again, Stop);
        Assert.Equal(three, Bytes("one"));
        var other = new Reports();
        await new CorpusBuilder(SmallWorld.With("two", Two with { UnseenVoices = 1 })).BuildAsync("two", _files.PathOf("one"), 2, other, Stop);
        Assert.Equal(6, other.Last.Done);
    }

    [Fact]
    public async Task The_manifest_says_what_was_asked_for_and_the_speech_is_there()
    {
        Require("espeak-ng", "flite", "ffmpeg");
        var world = SmallWorld.With("eight", new SplitSpecification { Utterances = 8, Domains = ["crowd", "earnings"], UnseenVoices = 1 });
        await new CorpusBuilder(world).BuildAsync("eight", _files.Folder, 2, new Reports(), Stop);

        var corpus = Corpus.Open(_files.PathOf("eight.jsonl"));

        foreach (var domain in new[] { "crowd", "earnings" })
        {
            var rows = corpus.Utterances.Where(u => u.Domain == domain).ToList();
            Assert.Equal(new WorldSentences(world).Of("eight", domain).Select(s => s.Written), rows.Select(u => u.Text));
            Assert.Equal(Enumerable.Range(0, 8), rows.Select(u => u.Position));
            Assert.All(rows, u => Assert.Contains(u.Voice, world.Domains[domain].UnseenVoices));
            Assert.Single(rows.Take(6).Select(u => u.Voice).Distinct()); // One turn.
            Assert.All(rows, u => Assert.Null(u.Fault));
        }

        Assert.All(corpus.Stream(), e =>
        {
            Assert.InRange(e.Clip.Duration, 0.8, world.Longest);
            Assert.Equal(e.Utterance.Duration, e.Clip.Duration, 0.001);
            Assert.InRange(Amplitude(e.Clip) / Math.Sqrt(2), 0.02, 0.3);
        });
    }

    [Fact]
    public async Task Every_fault_is_planted_and_said_in_its_column_alone()
    {
        Require("espeak-ng", "flite", "ffmpeg");
        foreach (var kind in PlantedFaults.Kinds)
        {
            var world = SmallWorld.With("bad", new SplitSpecification
            {
                Utterances = 2,
                Domains = ["crowd"],
                Faults = new Dictionary<string, double> { [kind] = 1 },
            });
            await new CorpusBuilder(world).BuildAsync("bad", _files.PathOf(kind), 2, new Reports(), Stop);

            var rows = Corpus.Open(_files.PathOf(kind + "/bad.jsonl")).Utterances;
            var right = new WorldSentences(world).Of("bad", "crowd").Select(s => s.Written);
            Assert.All(rows, u => Assert.Equal(kind, u.Fault));
            Assert.Equal(kind == PlantedFaults.WrongTranscript ? right.Reverse() : right, rows.Select(u => u.Text));
        }
    }

    [Fact]
    public async Task Long_recordings_last_as_long_as_asked_and_pause()
    {
        Require("espeak-ng", "flite", "ffmpeg");
        var world = SmallWorld.With("long", new SplitSpecification
        {
            Utterances = 24,
            Domains = ["news"],
            LongForm = new LongFormSpecification(2, [15, 40], [0.5, 6]),
        });
        await new CorpusBuilder(world).BuildAsync("long", _files.Folder, 2, new Reports(), Stop);

        var recordings = Corpus.Open(_files.PathOf("long.jsonl")).Utterances.GroupBy(u => u.Recording).ToList();

        Assert.Equal(2, recordings.Count);
        foreach (var recording in recordings)
        {
            var end = recording.Max(u => u.Start + u.Duration);
            Assert.InRange(end, 15 - 6, 40);
            var pauses = recording.Zip(recording.Skip(1), (a, b) => b.Start - a.Start - a.Duration);
            Assert.All(pauses, p => Assert.InRange(p, 0.5, 6.5));
        }
    }

    [Fact]
    public async Task A_long_recording_without_enough_to_say_is_refused()
    {
        Require("espeak-ng", "flite", "ffmpeg");
        var world = SmallWorld.With("long", new SplitSpecification
        {
            Utterances = 1,
            Domains = ["news"],
            LongForm = new LongFormSpecification(1, [60, 61], [0.5, 1]),
        });

        var error = await Assert.ThrowsAsync<CorpusException>(
            () => new CorpusBuilder(world).BuildAsync("long", _files.Folder, 1, new Reports(), Stop));

        Assert.Contains("news-000 of split long ends before 60 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Voices_that_differ_in_name_alone_are_found()
    {
        Require("espeak-ng");
        var crowd = SmallWorld.Six.Domains["crowd"] with
        {
            Voices = ["espeak-ng:en-us+m3", "espeak-ng:en-us", "espeak-ng:en-us+f3", "espeak-ng:en-us+m3"],
            UnseenVoices = ["espeak-ng:en-US"],
        };
        var world = SmallWorld.Six with
        {
            Domains = new Dictionary<string, DomainSpecification> { ["crowd"] = crowd },
            Foreign = new Dictionary<string, IReadOnlyList<string>>(),
        };

        Assert.Equal(
            ["espeak-ng:en-US", "espeak-ng:en-us"],
            Assert.Single(await new CorpusBuilder(world).VoicesAlikeAsync(["six"], Stop)));
    }

    [Fact]
    public async Task A_stopped_build_says_how_to_go_on_and_keeps_what_is_finished()
    {
        Require("espeak-ng", "flite", "ffmpeg");
        var builder = new CorpusBuilder(SmallWorld.With("two", Two));
        using var stop = new CancellationTokenSource();

        var stopped = await Assert.ThrowsAsync<OperationCanceledException>(
            () => builder.BuildAsync("two", _files.PathOf("a"), 1, StoppingAfterThree(stop), stop.Token));
        Assert.Contains("1 of 3 recordings of two are finished", stopped.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_files.PathOf("a/two.jsonl")));
        Assert.Empty(Directory.GetFiles(_files.PathOf("a"), "*.tmp", SearchOption.AllDirectories));

        var rest = new Reports();
        await builder.BuildAsync("two", _files.PathOf("a"), 1, rest, Stop);
        await builder.BuildAsync("two", _files.PathOf("b"), 1, new Reports(), Stop);

        Assert.Equal((4L, "1 recordings kept from before"), (rest.Last.Total, rest.Last.Detail));
        Assert.Equal(Bytes("b"), Bytes("a"));
    }

    [Fact]
    public async Task What_another_specification_began_is_not_gone_on_with()
    {
        Require("espeak-ng", "flite", "ffmpeg");
        var world = SmallWorld.With("two", Two);
        await StopAfterThreeAsync(new CorpusBuilder(world));

        var other = new Reports();
        await new CorpusBuilder(world with { Seed = 5 }).BuildAsync("two", _files.Folder, 1, other, Stop);

        Assert.Equal((6L, null), (other.Last.Total, other.Last.Detail));
    }

    [Fact]
    public async Task What_other_versions_of_the_programs_began_is_not_gone_on_with()
    {
        Require("espeak-ng", "flite", "ffmpeg");
        var builder = new CorpusBuilder(SmallWorld.With("two", Two));
        await StopAfterThreeAsync(builder);
        var begun = _files.PathOf(".parts/two/specification");
        var version = await ExternalTool.VersionAsync("espeak-ng", Stop);
        await File.WriteAllTextAsync(begun, File.ReadAllText(begun).Replace($"espeak-ng {version}", "espeak-ng 1.0", StringComparison.Ordinal), Stop);

        var other = new Reports();
        await builder.BuildAsync("two", _files.Folder, 1, other, Stop);

        Assert.Equal((6L, null), (other.Last.Total, other.Last.Detail));
        Assert.Contains($"espeak-ng {version}\n", File.ReadAllText(_files.PathOf("two/.specification")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_split_is_named_with_those_there_are()
    {
        var error = await Assert.ThrowsAsync<CorpusException>(
            () => new CorpusBuilder(SmallWorld.Six).BuildAsync("seven", _files.Folder, 1, new Reports(), Stop));

        Assert.Contains("no split seven; it has six", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("espeak-ng:nobody", "espeak-ng has no voice nobody")]
    [InlineData("espeak-ng:en-us+nobody", "no variant for the voice en-us+nobody")]
    [InlineData("flite:nobody", "flite has no voice nobody")]
    public async Task An_unknown_voice_is_named(string voice, string complaint)
    {
        Require("espeak-ng", "flite", "ffmpeg");
        var crowd = SmallWorld.Six.Domains["crowd"] with { Voices = [voice] };
        var world = SmallWorld.Six with { Domains = new Dictionary<string, DomainSpecification> { ["crowd"] = crowd } };

        var error = await Assert.ThrowsAnyAsync<LabException>(
            () => new CorpusBuilder(world).BuildAsync("six", _files.Folder, 1, new Reports(), Stop));

        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
    }

    private async Task StopAfterThreeAsync(CorpusBuilder builder)
    {
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => builder.BuildAsync("two", _files.Folder, 1, StoppingAfterThree(stop), stop.Token));
    }

    private static Reports StoppingAfterThree(CancellationTokenSource stop) => new(p =>
    {
        if (p.Done == 3)
        {
            stop.Cancel();
        }
    });

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
