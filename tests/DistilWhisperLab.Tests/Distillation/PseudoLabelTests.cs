using DistilWhisperLab.Corpora;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Distillation;

public sealed class PseudoLabelTests : IDisposable
{
    private readonly TinyWorld _world = new(utterances: 18);

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Labels_come_back_from_the_disk_as_they_were_made()
    {
        using var teacher = _world.Teacher();
        var expected = new PseudoLabeller(teacher, new() { Batch = 5 }).Label(_world.Corpus, stop: Token);
        var folder = Begin(partSize: 5);
        folder.Fill(teacher, _world.Corpus, stop: Token);
        var read = folder.Read();
        Assert.Equal(_world.Corpus.Utterances.Select(u => u.Id), read.Select(l => l.Id));
        Assert.Equal(expected.Select(l => l with { Sequence = [] }), read.Select(l => l with { Sequence = [] }));
        Assert.Equal(expected.SelectMany(l => l.Sequence), read.SelectMany(l => l.Sequence));
        Assert.True(File.Exists(Path.Combine(Labels, PseudoLabelFolder.SummaryFile)));
    }

    [Fact]
    public void A_stopped_run_goes_on_and_shards_fill_one_folder()
    {
        using var teacher = _world.Teacher();
        var folder = Begin(partSize: 4, batch: 3);
        using var stop = new CancellationTokenSource();
        // Stops within the second part: the first one stays, nothing of the second does.
        Assert.Throws<OperationCanceledException>(() => folder.Fill(teacher, _world.Corpus, new Shard(1, 2), new At(5, stop.Cancel), stop.Token));
        Assert.Equal(["part-00000.parquet"], Directory.GetFiles(Labels, "part*").Select(Path.GetFileName));
        Assert.Contains("not finished", Assert.Throws<LabException>(() => folder.Read()).Message);

        var before = File.GetLastWriteTimeUtc(Path.Combine(Labels, "part-00000.parquet"));
        File.WriteAllText(Path.Combine(Labels, "part-00002.parquet.1.tmp"), "what a kill left");
        foreach (var shard in (Shard[])[new(1, 2), new(2, 2)])
        {
            Begin(partSize: 4, batch: 3).Fill(teacher, _world.Corpus, shard, stop: Token);
        }

        Assert.Equal(before, File.GetLastWriteTimeUtc(Path.Combine(Labels, "part-00000.parquet")));
        Assert.Empty(Directory.GetFiles(Labels, "*.tmp"));
        Assert.Equal(_world.Corpus.Utterances.Select(u => u.Id), Begin(partSize: 4, batch: 3).Read().Select(l => l.Id));
    }

    [Fact]
    public void Two_runs_on_one_folder_are_refused_and_other_labels_too()
    {
        using var teacher = _world.Teacher();
        var folder = Begin(partSize: 4);
        using (FolderLock.Take(Labels))
        {
            Assert.Contains("Another run", Assert.Throws<LabException>(() => folder.Fill(teacher, _world.Corpus, stop: Token)).Message);
            Assert.Contains("Another run", Assert.Throws<LabException>(() => folder.Fill(teacher, _world.Corpus, new Shard(1, 2), stop: Token)).Message);
        }

        using (FolderLock.Share(Labels))
        {
            Assert.Throws<LabException>(() => folder.Fill(teacher, _world.Corpus, stop: Token));
        }

        folder.Fill(teacher, _world.Corpus, stop: Token);
        var other = Assert.Throws<LabException>(() => PseudoLabelFolder.OpenOrBegin(
            Labels, _world.Model, teacher, _world.Manifest, _world.Corpus, new() { Timestamps = false }));
        Assert.Contains("other settings", other.Message);
        File.WriteAllText(Path.Combine(Labels, "part-00001.parquet"), "no Parquet");
        Assert.Contains("part-00001.parquet cannot be read", Assert.Throws<LabException>(() => folder.Read()).Message);
    }

    [Fact]
    public void A_run_goes_on_with_fewer_utterances_at_once()
    {
        using var teacher = _world.Teacher();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Assert.Throws<OperationCanceledException>(() =>
            Begin(partSize: 4, batch: 4).Fill(teacher, _world.Corpus, progress: new At(4, stop.Cancel), stop: stop.Token));
        var done = new List<long>();
        Begin(partSize: 4, batch: 1).Fill(teacher, _world.Corpus, progress: new At(0, v => done.Add(v)), stop: Token);
        Assert.Equal(Enumerable.Range(5, _world.Corpus.Utterances.Count - 4).Select(i => (long)i), done);
        Assert.Equal(_world.Corpus.Utterances.Select(u => u.Id), PseudoLabelFolder.Open(Labels).Read().Select(label => label.Id));
    }

    [Fact]
    public void An_utterance_longer_than_the_window_is_named()
    {
        using var teacher = _world.Teacher();
        var rows = _world.Corpus.Utterances.ToList();
        rows[3] = rows[3] with { Duration = 0.5, Start = 0.1 };
        Manifest.Write(_world.Folder.File("long.jsonl"), rows);
        var error = Assert.Throws<CorpusException>(() => new PseudoLabeller(teacher).Label(Corpus.Open(_world.Folder.File("long.jsonl")), stop: Token));
        Assert.Contains("u0-3", error.Message);
    }

    [Theory]
    [InlineData("2/8", 2, 8)]
    [InlineData("1/1", 1, 1)]
    public void A_shard_is_read_from_text(string text, int index, int count) =>
        Assert.Equal(new Shard(index, count), Shard.Parse(text));

    [Theory]
    [InlineData("0/8")]
    [InlineData("9/8")]
    [InlineData("1")]
    [InlineData("a/b")]
    public void What_is_no_shard_is_refused(string text) => Assert.Throws<LabException>(() => Shard.Parse(text));

    [Fact]
    public void A_shard_is_the_task_of_a_Slurm_array()
    {
        var variables = new Dictionary<string, string> { ["SLURM_ARRAY_TASK_ID"] = "5", ["SLURM_ARRAY_TASK_MIN"] = "4", ["SLURM_ARRAY_TASK_COUNT"] = "3" };
        Assert.Equal(new Shard(2, 3), Shard.FromSlurm(variables.GetValueOrDefault));
        Assert.Equal(Shard.Whole, Shard.FromSlurm(_ => null));
        variables["SLURM_ARRAY_TASK_ID"] = "9";
        Assert.Throws<LabException>(() => Shard.FromSlurm(variables.GetValueOrDefault));
        // Every part is in one shard and no more.
        Assert.All(Enumerable.Range(0, 20), part => Assert.Single(Enumerable.Range(1, 3), i => new Shard(i, 3).Has(part)));
    }

    [Fact]
    public void The_filter_keeps_what_lies_strictly_below_the_threshold()
    {
        static PseudoLabel Label(string text, int errors, int words) => new("id", "truth", text, [], errors, words, 0, 0);
        var filter = new PseudoLabelFilter(10);
        Assert.True(filter.Keeps(Label("Nine in hundred.", 9, 100)));
        Assert.False(filter.Keeps(Label("Ten in hundred.", 10, 100)));
        Assert.False(filter.Keeps(Label("ALL IN CAPITALS.", 0, 3)));
        Assert.False(filter.Keeps(Label("Nothing was said.", 0, 0)));
        Assert.True(new PseudoLabelFilter(null).Keeps(Label("Anything.", 300, 100)));

        var summary = PseudoLabelSummary.Of([Label("a", 0, 10), Label("b", 1, 10), Label("c", 20, 10), Label("d", 1, 0)]);
        Assert.Equal((4, 1, 1), (summary.Histogram.Sum(b => b.Count), summary.Histogram[0].Count, summary.Histogram[2].Count));
        Assert.Equal(2, summary.Histogram[^1].Count);
        Assert.Equal([0.25, 0.25, 0.5, 0.5, 0.5, 0.5], summary.Kept.Select(k => k.Kept));
        Assert.Contains("15 % 50.0%", summary.ToString());
    }

    [Fact]
    public void A_label_is_learned_with_or_without_timestamps_and_the_text_before()
    {
        using var teacher = _world.Teacher();
        var t = teacher.Tokenizer;
        int Time(double seconds) => t.Timestamp(seconds);
        var labels = _world.Corpus.Utterances.Select((u, i) => new PseudoLabel(
            u.Id, u.Text, "", i == 2
                ? [t.StartOfTranscript, t.NoTimestamps, 5, t.EndOfText]
                : [t.StartOfTranscript, Time(0), 10 + i, 11 + i, Time(0.2), t.EndOfText],
            i == 3 ? 9 : 0, 10, 0, 0)).ToList();
        var set = LabelledCorpus.Create(labels, _world.Corpus, new(10), t, teacher.Model.Config);
        Assert.Equal((17, 1), (set.Count, set.Dropped.Single().Value));

        const LabelVariant everything = LabelVariant.Timestamps | LabelVariant.PreviousText;
        Assert.Equal(LabelVariant.Timestamps, set.Available(0, everything)); // nothing before the first
        Assert.Equal(everything, set.Available(1, everything));
        Assert.Equal(LabelVariant.PreviousText, set.Available(2, everything)); // the teacher wrote no timestamps
        Assert.Equal(LabelVariant.Timestamps, set.Available(3, everything)); // u1-0 begins another recording
        Assert.Equal([t.StartOfTranscript, Time(0), 11, 12, Time(0.2), t.EndOfText], set.Sequence(1, LabelVariant.Timestamps).Tokens);
        Assert.Equal([t.StartOfTranscript, t.NoTimestamps, 11, 12, t.EndOfText], set.Sequence(1, LabelVariant.Plain).Tokens);
        var (tokens, prompt) = set.Sequence(1, everything);
        Assert.Equal([t.StartOfPrev, Time(0), 10, 11, Time(0.2), t.StartOfTranscript, Time(0), 11, 12, Time(0.2), t.EndOfText], tokens);
        Assert.Equal(5, prompt);
        Assert.Equal(
            [t.StartOfPrev, 11, 12, t.StartOfTranscript, t.NoTimestamps, 5, t.EndOfText],
            set.Sequence(2, LabelVariant.PreviousText).Tokens);

        Assert.Contains("leaves none", Assert.Throws<LabException>(() =>
            LabelledCorpus.Create(labels, _world.Corpus, new(0), t, teacher.Model.Config)).Message);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Labels => _world.Folder.File("labels");

    private PseudoLabelFolder Begin(int partSize, int batch = 5)
    {
        using var teacher = _world.Teacher();
        return PseudoLabelFolder.OpenOrBegin(
            Labels, _world.Model, teacher, _world.Manifest, _world.Corpus, new() { Batch = batch }, partSize);
    }

    /// <summary>Acts once so many utterances are done.</summary>
    private sealed class At(long done, Action<long> action) : IProgress<Progress>
    {
        public At(long done, Action action) : this(done, _ => action())
        {
        }

        public void Report(Progress value)
        {
            if (value.Done >= done)
            {
                action(value.Done);
            }
        }
    }
}
