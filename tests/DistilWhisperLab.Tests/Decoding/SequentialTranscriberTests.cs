using DistilWhisperLab.Audio;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Decoding;

public class SequentialTranscriberTests
{
    private static readonly WhisperTokenizer Tokenizer = WhisperTokenizer.Train(["a b c"], pieces: 258, windowSeconds: 0.4);
    private static readonly SequentialOptions Accepting = new()
    {
        Fallback = new DecodingFallback { Temperatures = [0], NoSpeechThreshold = null },
    };

    [Fact]
    public void The_window_moves_on_to_the_end_of_the_recording_and_progress_is_told_in_frames()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var transcriber = new SequentialTranscriber(model, Tokenizer);
        var reports = new List<Progress>();
        var result = transcriber.Transcribe(Noise(2.0), Accepting, new Reports(reports), TestContext.Current.CancellationToken);
        Assert.Equal("en", result.Language);
        Assert.Equal(0, reports[0].Done);
        Assert.Equal((200, 200), (reports[^1].Done, reports[^1].Total));
        Assert.True(reports.Zip(reports.Skip(1)).All(p => p.First.Done < p.Second.Done));
        Assert.True(result.Segments.Count >= 5);
        Assert.All(result.Segments, s => Assert.InRange(s.Start, s.Seek / 100.0, s.End));
        Assert.Equal(result.Text, Tokenizer.Decode(result.Segments.SelectMany(s => s.Tokens)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(159)]
    [InlineData(160)]
    [InlineData(201)]
    [InlineData(6401)]
    public void Recordings_of_any_length_come_to_an_end(int samples)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var transcriber = new SequentialTranscriber(model, Tokenizer);
        var clip = Noise(1) with { Samples = Noise(1).Samples[..samples] };
        var result = transcriber.Transcribe(clip, Accepting, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(samples >= 160, result.Segments.Count > 0);
    }

    [Fact]
    public void Only_the_clips_are_transcribed_and_times_beyond_the_recording_are_its_end()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var transcriber = new SequentialTranscriber(model, Tokenizer);
        Transcription Clips(params double[] seconds) => transcriber.Transcribe(
            Noise(2), Accepting with { ClipTimestamps = seconds }, cancellation: TestContext.Current.CancellationToken);
        Assert.All(Clips(0.5, 0.9, 1.5, 1.8).Segments, s => Assert.True(s.Seek is (>= 50 and < 90) or (>= 150 and < 180)));
        Assert.Equal(150, Clips(1.5).Segments[0].Seek);
        Assert.NotEmpty(Clips(0, 2 + 1.0 / 16000).Segments);
        Assert.Empty(Clips(3).Segments);
        Assert.Throws<LabException>(() => Clips(-1));
        Assert.Throws<LabException>(() => Clips(double.NaN));
    }

    [Fact]
    public void Silence_is_passed_over()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var transcriber = new SequentialTranscriber(model, Tokenizer);
        var options = new SequentialOptions
        {
            Fallback = new DecodingFallback { Temperatures = [0], NoSpeechThreshold = 0, LogProbabilityThreshold = null },
        };
        var result = transcriber.Transcribe(Noise(2), options, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal("", result.Text);
        Assert.Empty(result.Segments);
    }

    [Fact]
    public void Words_move_the_next_window_to_the_end_of_the_speech()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        var windows = new List<(int Seek, int Frames, double LastSpeech)>();
        using var transcriber = new SequentialTranscriber(model, Tokenizer, (segments, states, frames, language, _, lastSpeech) =>
        {
            Assert.Equal(20, states.shape[1]);
            Assert.Equal("en", language);
            windows.Add((segments[0].Seek, frames, lastSpeech));
            var end = segments[0].Seek / 100.0 + 0.11;
            return [.. segments.Select(s => s with { End = end, Words = [new Word("a", s.Start, end, 1)] })];
        });
        var result = transcriber.Transcribe(Noise(1), Accepting, cancellation: TestContext.Current.CancellationToken);
        Assert.True(windows.Count > 1);
        foreach (var (before, after) in windows.Zip(windows.Skip(1)))
        {
            Assert.Equal(before.Seek / 100.0 + 0.11, after.LastSpeech, 6);
            Assert.True(after.Seek == before.Seek + 11 || after.Seek == before.Seek + before.Frames);
        }

        Assert.All(result.Segments, s => Assert.NotNull(s.Words));
    }

    [Fact]
    public void It_stops_when_asked_to()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var transcriber = new SequentialTranscriber(model, Tokenizer);
        using var stop = new CancellationTokenSource();
        var reports = new List<Progress>();
        Assert.Throws<OperationCanceledException>(() => transcriber.Transcribe(
            Noise(2), Accepting, new Reports(reports, after: 2, stop.Cancel), stop.Token));
        Assert.Equal(2, reports.Count);
    }

    [Fact]
    public void Tensors_do_not_accumulate_over_windows()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var transcriber = new SequentialTranscriber(model, Tokenizer);
        var counts = new List<long>();
        transcriber.Transcribe(Noise(8), Accepting, new Counts(counts), TestContext.Current.CancellationToken);
        Assert.True(counts.Count > 20);
        Assert.Single(counts.SkipLast(1).Distinct());
    }

    private static AudioClip Noise(double seconds)
    {
        var random = new Random(5);
        return new AudioClip(
            [.. Enumerable.Range(0, (int)(seconds * LogMelSpectrogram.SampleRate)).Select(_ => random.NextSingle() - 0.5f)],
            LogMelSpectrogram.SampleRate);
    }

    private static WhisperModel Model()
    {
        manual_seed(41);
        var model = new WhisperModel(Tiny.Config(vocabulary: Tokenizer.VocabularySize));
        model.eval();
        return model;
    }

    private sealed class Reports(List<Progress> reports, int after = int.MaxValue, Action? then = null) : IProgress<Progress>
    {
        public void Report(Progress value)
        {
            reports.Add(value);
            if (reports.Count == after)
            {
                then?.Invoke();
            }
        }
    }

    private sealed class Counts(List<long> counts) : IProgress<Progress>
    {
        public void Report(Progress value) => counts.Add(counts.Count == 0 ? LiveTensors.Settled() : Tensor.TotalCount);
    }
}
