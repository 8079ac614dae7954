using CsCheck;
using DistilWhisperLab.Corpora;
using DistilWhisperLab.Runtime;
using static DistilWhisperLab.Tests.Corpora.TemporaryCorpus;

namespace DistilWhisperLab.Tests.Corpora;

public sealed class CorpusViewTests : IDisposable
{
    private readonly TemporaryCorpus _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Joined_utterances_are_heard_with_the_pause_between_them()
    {
        _files.SaveWav("a.wav", Steps(0.1f, 0, 0.3f, 0.4f, 0.5f));
        var corpus = _files.Open(
            Row("1", "a.wav", 0, 1, "One."),
            Row("2", "a.wav", 2, 1, "Two.") with { Position = 1, Fault = "music" },
            Row("3", "a.wav", 3, 0.5, "Three.") with { Position = 2, Fault = "noise" },
            Row("4", "a.wav", 4, 1, "Four.") with { Position = 3 });

        var joined = corpus.Join(3.5);

        Assert.Equal(["1+2", "4"], joined.Utterances.Select(u => u.Id));
        var first = joined.Utterances[0];
        Assert.Equal(("One. Two. Three.", 0.0, 3.5, "music,noise", 0), (first.Text, first.Start, first.Duration, first.Fault, first.Position));
        var clip = joined.Audio(first);
        Assert.Equal(56000, clip.Samples.Length);
        Assert.Equal([0.1, 0, 0.3, 0.4], new[] { 0, 1, 2, 3 }.Select(second => Math.Round(Amplitude(clip.Slice(second, 0.5)), 2)));
        Assert.Equal(corpus.Audio(corpus.Utterances[3]).Samples, joined.Audio(joined.Utterances[1]).Samples);
    }

    [Fact]
    public void What_was_joined_can_be_joined_and_taken_again()
    {
        _files.SaveWav("a.wav", Steps(0.1f, 0.2f, 0.3f, 0.4f));
        var corpus = _files.Open([.. Enumerable.Range(0, 4).Select(i => Row($"{i}", "a.wav", i, 1) with { Position = i })]);

        var twice = corpus.Join(2).Join(4).Take(1);

        Assert.Equal(["0+3"], twice.Utterances.Select(u => u.Id));
        Assert.Equal(4, twice.Audio(twice.Utterances[0]).Duration);
    }

    [Fact]
    public void Joining_keeps_all_text_in_order_and_mixes_no_recordings_voices_or_gaps()
    {
        _files.SaveWav("a.wav", Steps(0.1f));
        _files.SaveWav("b.wav", Steps(0.1f));
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 3], Gen.Int[0, 5], Gen.Double[0.1, 4]).Array[1, 30].Select(Gen.Double[0.5, 12])
            .Sample(
                (draws, window) =>
                {
                    var rows = new List<Utterance>();
                    var (position, start) = (0, 0.0);
                    foreach (var (other, voice, skip, duration) in draws)
                    {
                        position += skip == 0 ? 2 : 1;
                        rows.Add(Row($"{rows.Count}", other == 1 ? "b.wav" : "a.wav", start, duration, $"t{rows.Count}") with
                        {
                            Voice = voice == 0 ? "rare" : "usual",
                            Position = position,
                        });
                        start += duration + 0.25;
                    }

                    var joined = _files.Open([.. rows]).Join(window).Utterances;

                    Assert.Equal(rows.Select(r => r.Text), joined.SelectMany(u => u.Text.Split(' ')));
                    var next = 0;
                    foreach (var row in joined)
                    {
                        var parts = rows.GetRange(next, row.Text.Split(' ').Length);
                        next += parts.Count;
                        Assert.True(parts.Count == 1 || row.Duration <= window);
                        Assert.Equal(parts[^1].Start + parts[^1].Duration - parts[0].Start, row.Duration, 1e-5);
                        Assert.Single(parts.Select(p => (p.Recording, p.Voice)).Distinct());
                        Assert.Equal(Enumerable.Range(parts[0].Position, parts.Count), parts.Select(p => p.Position));
                        var later = next < rows.Count ? rows[next] : null;
                        Assert.False(
                            later is not null
                            && (later.Recording, later.Voice, later.Position) == (parts[0].Recording, parts[0].Voice, parts[^1].Position + 1)
                            && later.Start + later.Duration - parts[0].Start < window - 1e-5,
                            "One more would have fitted.");
                    }
                },
                iter: 200,
                threads: 1);
    }

    [Fact]
    public void Domains_are_taken_evenly()
    {
        _files.SaveWav("a.wav", Steps(0.1f));
        string[] domains = ["a", "a", "a", "a", "b", "c", "c"];
        var corpus = _files.Open([.. domains.Select((d, i) => Row($"{i}", "a.wav", 0, i == 6 ? 0.9 : 0.5) with { Domain = d })]);

        Assert.Equal(["a", "b", "c"], corpus.Domains);
        Assert.Equal(["0", "1", "4", "5"], corpus.AcrossDomains(4).Utterances.Select(u => u.Id));
        Assert.Equal(["0", "1", "2", "4", "5", "6"], corpus.AcrossDomains(6).Utterances.Select(u => u.Id));
        Assert.Equal(3.9 / 3600, corpus.Hours);
    }

    [Fact]
    public void What_a_window_does_not_hold_is_left_out_and_told()
    {
        _files.SaveWav("a.wav", Steps(0.1f));
        var corpus = _files.Open(Row("0", "a.wav", 0, 0.5), Row("1", "a.wav", 0, 0.9), Row("2", "a.wav", 0, 0.50005));
        var told = new List<Progress>();

        Assert.Equal(["0", "2"], corpus.Fitting(0.5, new Told(told.Add)).Utterances.Select(u => u.Id));
        Assert.Equal("1 left out as too long", Assert.Single(told).Detail);
        Assert.Equal(3, corpus.Fitting(1, new Told(told.Add)).Utterances.Count);
        Assert.Single(told);
        Assert.Contains("None of the 3 utterances", Assert.Throws<CorpusException>(() => corpus.Fitting(0.4, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Splits_are_chosen_in_the_path()
    {
        _files.SaveWav("a.wav", Steps(0.1f));
        string[] splits = ["train", "train", "test", "validation"];
        var path = _files.Open([.. splits.Select((s, i) => Row($"{i}", "a.wav", 0, 0.5) with { Split = s })]).Location;

        Assert.Equal(["0", "1"], Corpus.Open(path + ":train").Utterances.Select(u => u.Id));
        Assert.Equal(["0", "1", "3"], Corpus.Open(path + ":validation+train").Utterances.Select(u => u.Id));
        Assert.Contains("no split dev; it has train, test, validation", Assert.Throws<CorpusException>(() => Corpus.Open(path + ":dev")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_trained_on_is_said_where_there_are_several_splits()
    {
        _files.SaveWav("a.wav", Steps(0.1f));
        var path = _files.Open(Row("0", "a.wav", 0, 0.5) with { Split = "train" }, Row("1", "a.wav", 0, 0.5) with { Split = "test" }).Location;

        var error = Assert.Throws<CorpusException>(() => Corpus.OpenForTraining(path));
        Assert.Contains($"as in {path}:train", error.Message, StringComparison.Ordinal);
        Assert.Equal(["0"], Corpus.OpenForTraining(path + ":train").Utterances.Select(u => u.Id));
        Assert.Equal(2, Corpus.OpenForTraining(path + ":train+test").Utterances.Count);
    }

    [Fact]
    public void However_many_recordings_there_are_only_the_last_few_stay_decoded()
    {
        const int Megabyte = 1 << 20;
        var rows = new List<Utterance>();
        for (var r = 0; r < 20; r++)
        {
            _files.SaveWav($"{r}.wav", Steps(new float[60])); // 3.8 MB as samples
            rows.Add(Row($"{r}", $"{r}.wav", 0, 1));
        }

        var corpus = _files.Open([.. rows]);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var (utterance, _) in corpus.Stream())
        {
            if (utterance.Recording.EndsWith('9'))
            {
                Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, 20 * Megabyte);
            }
        }
    }

    private sealed class Told(Action<Progress> then) : IProgress<Progress>
    {
        public void Report(Progress value) => then(value);
    }
}
