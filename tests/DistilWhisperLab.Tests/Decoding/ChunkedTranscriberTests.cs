using DistilWhisperLab.Audio;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Tests.Audio;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Decoding;

public sealed class ChunkedTranscriberTests : IDisposable
{
    private static readonly WhisperTokenizer Tokenizer = WhisperTokenizer.Train(["a b c"], pieces: 258, windowSeconds: 2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly WhisperModel _model;
    private readonly ChunkedTranscriber _chunked;

    public ChunkedTranscriberTests()
    {
        manual_seed(5);
        _model = new WhisperModel(Tiny.Config(vocabulary: Tokenizer.VocabularySize) with { MaxSourcePositions = 100 });
        _chunked = new ChunkedTranscriber(_model, Tokenizer);
    }

    public void Dispose()
    {
        _chunked.Dispose();
        _model.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_recording_is_transcribed_alike_in_batches_of_any_size(bool timestamps)
    {
        var clip = new AudioClip(Signal.Babble(16000, 7), 16000);
        var options = new ChunkedOptions { ChunkSeconds = 1.5, Decoding = new DecodingOptions { Timestamps = timestamps } };
        var before = LiveTensors.Settled();
        var alone = _chunked.Transcribe(clip, options with { BatchSize = 1 }, cancellation: Stop);
        var together = _chunked.Transcribe(clip, options with { BatchSize = 5 }, cancellation: Stop);
        Assert.Equal(before, Tensor.TotalCount);
        Assert.Equal(alone.Text, together.Text);
        Assert.Equal(alone.Segments.Select(s => (s.Start, s.End, s.Text)), together.Segments.Select(s => (s.Start, s.End, s.Text)));
        Assert.Equal(alone.Text, string.Concat(alone.Segments.Select(s => s.Text)));
        Assert.All(alone.Segments, s => Assert.InRange(s.Start, 0, s.End));
    }

    [Fact]
    public void Without_timestamps_the_text_is_one_segment_of_the_whole_recording()
    {
        var segment = Assert.Single(_chunked.Transcribe(new AudioClip(Signal.Babble(16000, 3), 16000), cancellation: Stop).Segments);
        Assert.Equal((0, 3), (segment.Start, segment.End));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Words_spell_the_text_in_order_of_time(bool timestamps)
    {
        using var chunked = new ChunkedTranscriber(_model, Tokenizer, new WordAligner(_model, Tokenizer));
        var options = new ChunkedOptions { ChunkSeconds = 1.5, Decoding = new DecodingOptions { Timestamps = timestamps } };
        var transcript = chunked.Transcribe(new AudioClip(Signal.Babble(16000, 5), 16000), options, cancellation: Stop);
        Assert.Equal(
            transcript.Segments.Select(s => s.Text.Length),
            transcript.Segments.Select(s => string.Concat(s.Words!.Select(w => w.Text)).Length));
        Assert.All(transcript.Segments.SelectMany(s => s.Words!), w => Assert.InRange(w.End, w.Start, 5.01));
    }

    [Fact]
    public void Progress_ends_with_the_last_chunk()
    {
        var reports = new Reports();
        // Chunks of 1.5 s overlap by half a second, so they begin at 0, 1, 2 … and the sixth reaches 6.5 s.
        _chunked.Transcribe(
            new AudioClip(Signal.Babble(16000, 6.2), 16000), new ChunkedOptions { ChunkSeconds = 1.5, BatchSize = 4 }, reports, Stop);
        Assert.Equal([(4, 6), (6, 6)], reports.Values.Select(p => (p.Done, p.Total!.Value)));
    }

    [Theory]
    [InlineData(2.5)]
    [InlineData(0.5)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Chunks_longer_than_the_window_or_too_short_are_refused(double seconds) =>
        Assert.Contains("window", Assert.Throws<LabException>(() => _chunked.Transcribe(
            new AudioClip(new float[16000], 16000), new ChunkedOptions { ChunkSeconds = seconds }, cancellation: Stop)).Message);

    [Fact]
    public void It_can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            _chunked.Transcribe(new AudioClip(new float[16000], 16000), cancellation: stop.Token));
    }

    private sealed class Reports : IProgress<Progress>
    {
        public List<Progress> Values { get; } = [];

        public void Report(Progress value) => Values.Add(value);
    }
}
