using DistilWhisperLab.Corpora;
using DistilWhisperLab.Runtime;
using static DistilWhisperLab.Tests.Corpora.TemporaryCorpus;

namespace DistilWhisperLab.Tests.Corpora;

public sealed class DurationIndexTests : IDisposable
{
    // More than a machine takes at once.
    private const int Clips = 200;

    private readonly TemporaryCorpus _files = new();

    private string Table => _files.PathOf("train.tsv");

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Of_several_bad_clips_the_first_is_named_and_what_was_measured_is_kept()
    {
        WriteClips();
        for (var bad = 10; bad < Clips; bad++)
        {
            File.WriteAllText(_files.PathOf($"clips/{bad:00}.wav"), "no audio");
        }

        var error = Assert.Throws<CorpusException>(() => Corpus.Open(Table));

        Assert.StartsWith($"{Table}, line 12 has no usable audio", error.Message, StringComparison.Ordinal);
        Assert.Equal(10, Kept());
    }

    [Fact]
    public void Measuring_stops_when_it_is_told_to_and_goes_on_where_it_stopped()
    {
        WriteClips();
        using var stop = new CancellationTokenSource();
        var before = new Callback(_ => stop.Cancel());
        var after = new Callback(_ => { });

        var stopped = Assert.Throws<OperationCanceledException>(() => Corpus.Open(Table, before, stop.Token));
        Assert.StartsWith($"{before.Count} of {Clips} durations are taken", stopped.Message, StringComparison.Ordinal);
        Assert.InRange(before.Count, 1, Clips - 1);
        Assert.Equal(before.Count, Kept());

        _ = Corpus.Open(Table, after, CancellationToken.None);
        Assert.Equal(Clips - before.Count, after.Count);
    }

    private int Kept() => File.ReadAllLines(_files.PathOf(".durations.tsv")).Length;

    private void WriteClips()
    {
        Directory.CreateDirectory(_files.PathOf("clips"));
        for (var clip = 0; clip < Clips; clip++)
        {
            _files.SaveWav($"clips/{clip:00}.wav", Steps(0.1f));
        }

        File.WriteAllLines(Table, Enumerable.Range(0, Clips).Select(c => $"{c:00}.wav\tClip {c}.").Prepend("path\tsentence"));
    }

    private sealed class Callback(Action<Progress> report) : IProgress<Progress>
    {
        private int _count;

        public int Count => _count;

        public void Report(Progress value)
        {
            Interlocked.Increment(ref _count);
            report(value);
        }
    }
}
