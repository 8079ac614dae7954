using System.Globalization;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Decoding;

/// <summary>
/// Transcribes recordings of any length in chunks that overlap and know nothing of one another, so that they are
/// decoded in batches; where they overlap, their texts are merged (the chunked algorithm of transformers' pipeline;
/// paper §5.3).
/// </summary>
public sealed class ChunkedTranscriber : IDisposable
{
    private const double StrideShare = 1.0 / 6;

    private readonly WhisperModel _model;
    private readonly WhisperTokenizer _tokenizer;
    private readonly WindowDecoder _decoder;
    private readonly LogMelSpectrogram _logMel;
    private readonly WordAligner? _aligner;

    /// <summary>Transcribes with a model that stays the caller's.</summary>
    /// <param name="model">The model, in evaluation mode.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="aligner">Finds the words' times; null for a transcript without words.</param>
    public ChunkedTranscriber(WhisperModel model, WhisperTokenizer tokenizer, WordAligner? aligner = null)
    {
        (_model, _tokenizer, _aligner) = (model, tokenizer, aligner);
        _decoder = new WindowDecoder(model, tokenizer);
        _logMel = new LogMelSpectrogram(model.Config.MelBins);
    }

    /// <summary>Transcribes a recording.</summary>
    /// <param name="clip">The recording, at 16 kHz.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told of the chunks done; null for none.</param>
    /// <param name="cancellation">Stops between two batches or temperatures.</param>
    /// <exception cref="LabException">The options contradict one another or ask for what the model cannot do.</exception>
    /// <exception cref="OperationCanceledException">The cancellation was asked for.</exception>
    public Transcription Transcribe(
        AudioClip clip,
        ChunkedOptions? options = null,
        IProgress<Progress>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new ChunkedOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, nameof(options));
        var chunks = Cut(clip.Samples.Length, options.ChunkSeconds ?? _model.Config.WindowSeconds);
        // What remains of a chunk whose last segment was cut off is decoded once more, as in transformers' generate().
        var windows = new Queue<(Chunk Chunk, int Seek)>(chunks.Select(chunk => (chunk, 0)));
        for (var (done, total) = (0, windows.Count); windows.Count > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = Enumerable.Range(0, Math.Min(options.BatchSize, windows.Count)).Select(_ => windows.Dequeue()).ToList();
            using var scope = NewDisposeScope();
            var states = _decoder.Encode(Features(clip, batch));
            var results = options.Fallback.Decode(_decoder, states, options.Decoding, cancellation: cancellation);
            for (var i = 0; i < batch.Count; i++)
            {
                var (chunk, seek) = batch[i];
                var next = Add(chunk, seek, results[i], states.narrow(0, i, 1), options.Decoding);
                if (next < chunk.Frames)
                {
                    windows.Enqueue((chunk, next));
                    total++;
                }
            }

            done += batch.Count;
            progress?.Report(new Progress("Transcribing", done, total));
        }

        var language = chunks.Count > 0 ? chunks[0].Results[0].Language : options.Decoding.Language ?? "en";
        var segments = Segments(chunks, clip.Duration, language);
        return new Transcription(string.Concat(segments.Select(s => s.Text)), language, segments);
    }

    /// <summary>Frees the mel filters; the model is the caller's.</summary>
    public void Dispose() => _logMel.Dispose();

    private List<Chunk> Cut(int samples, double seconds)
    {
        var length = (int)Math.Round(seconds * LogMelSpectrogram.SampleRate);
        if (length < LogMelSpectrogram.SampleRate || length > _model.Config.WindowSamples)
        {
            throw new LabException(string.Create(
                CultureInfo.InvariantCulture,
                $"Chunks of {seconds} s were asked for; 1 s to the model's window of {_model.Config.WindowSeconds} s was expected."));
        }

        var stride = (int)Math.Round(seconds * StrideShare * LogMelSpectrogram.SampleRate);
        var chunks = new List<Chunk>();
        for (int start = 0, end = 0; end < samples; start += length - 2 * stride)
        {
            end = Math.Min(samples, start + length);
            chunks.Add(new Chunk(start, end - start, start == 0 ? 0 : stride, end == samples ? 0 : stride));
        }

        return chunks;
    }

    /// <summary>
    /// The windows' frames, <c>[batch, mels, frames]</c>. Behind a window that begins inside its chunk the spectrogram
    /// is filled up, as transformers does, not its silence.
    /// </summary>
    private Tensor Features(AudioClip clip, List<(Chunk Chunk, int Seek)> windows) => stack(windows.ConvertAll(window =>
    {
        var samples = clip.Samples.AsSpan(window.Chunk.Start, window.Chunk.Length);
        var mel = _logMel.Compute(samples, _model.Config.WindowSamples, _model.Device);
        return nn.functional.pad(mel.narrow(1, window.Seek, _model.Config.WindowFrames - window.Seek), [0, window.Seek]);
    }));

    /// <summary>Adds what was written from a frame of a chunk on; returns the frame where to go on.</summary>
    private int Add(Chunk chunk, int seek, DecodingResult result, Tensor states, DecodingOptions options)
    {
        var (tokens, next) = (result.Tokens.Where(t => t < _tokenizer.EndOfText).ToList(), chunk.Frames);
        if (options.Timestamps)
        {
            var window = WindowSegments.Split(result, _tokenizer, seek, chunk.Frames - seek);
            (tokens, next) = ([.. window.Segments.SelectMany(s => s.Tokens)], window.Next);
        }

        var start = Seconds(chunk.Start) + (double)seek / LogMelSpectrogram.FramesPerSecond;
        var spoken = tokens.ConvertAll(token => new SpokenToken(token));
        if (_aligner is not null)
        {
            int[] text = [.. tokens.Where(t => t < _tokenizer.EndOfText)];
            var times = new Queue<SpokenToken>(
                _aligner.TokenTimes(text, states, chunk.Frames - seek, result.Language, options.Task)
                    .Select(t => t with { Start = start + t.Start, End = start + t.End }));
            spoken = spoken.ConvertAll(t => t.Id < _tokenizer.EndOfText ? times.Dequeue() : t);
        }

        chunk.Results.Add(result);
        chunk.Windows.Add(new DecodedWindow(start, spoken));
        return next;
    }

    private IReadOnlyList<Segment> Segments(List<Chunk> chunks, double duration, string language)
    {
        var segments = new List<Segment>();
        var all = ChunkMerger.Merge(
            chunks.ConvertAll(c => new DecodedChunk(c.Windows, Seconds(c.Length), Seconds(c.StrideLeft), Seconds(c.StrideRight))),
            _tokenizer);
        foreach (var merged in all)
        {
            int[] tokens = [.. merged.Tokens.Select(t => t.Id)];
            var results = chunks[merged.FirstChunk..(merged.LastChunk + 1)].SelectMany(chunk => chunk.Results).ToList();
            var start = merged.Start ?? (segments.Count > 0 ? segments[^1].End : 0);
            segments.Add(new Segment(
                chunks[merged.FirstChunk].Start / LogMelSpectrogram.HopLength,
                start,
                Math.Max(start, merged.End ?? duration),
                _tokenizer.Decode(tokens),
                tokens,
                results.Max(r => r.Temperature),
                results.Average(r => r.AverageLogProbability),
                results.Max(r => r.CompressionRatio),
                results.Average(r => r.NoSpeechProbability)));
        }

        if (_aligner is null)
        {
            return segments;
        }

        List<WordTiming> timings = [.. all.SelectMany(merged => WordTiming.OfTokens(merged.Tokens, _tokenizer, language))];
        // Where two chunks meet, the right one may hear a word begin before the left one hears the last word end.
        foreach (var (before, after) in timings.Zip(timings.Skip(1)))
        {
            after.Start = Math.Max(before.End, after.Start);
            after.End = Math.Max(after.Start, after.End);
        }

        return SegmentWords.Add(segments, timings, [.. all.Select(merged => merged.Tokens.Count)], offset: 0, lastSpeech: 0);
    }

    private static double Seconds(int samples) => (double)samples / LogMelSpectrogram.SampleRate;

    /// <summary>A stretch of the recording in samples, and what was written for it.</summary>
    private sealed record Chunk(int Start, int Length, int StrideLeft, int StrideRight)
    {
        public int Frames => Length / LogMelSpectrogram.HopLength;

        public List<DecodingResult> Results { get; } = [];

        public List<DecodedWindow> Windows { get; } = [];
    }
}
