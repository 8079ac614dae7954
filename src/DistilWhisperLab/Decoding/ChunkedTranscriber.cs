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

    /// <summary>Transcribes with a model that stays the caller's.</summary>
    /// <param name="model">The model, in evaluation mode.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    public ChunkedTranscriber(WhisperModel model, WhisperTokenizer tokenizer)
    {
        (_model, _tokenizer) = (model, tokenizer);
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
            foreach (var ((chunk, seek), result) in batch.Zip(results))
            {
                var next = chunk.Add(result, seek, _tokenizer, options.Decoding.Timestamps);
                if (next < chunk.Frames)
                {
                    windows.Enqueue((chunk, next));
                    total++;
                }
            }

            done += batch.Count;
            progress?.Report(new Progress("Transcribing", done, total));
        }

        var segments = Segments(chunks, clip.Duration);
        var language = chunks.Count > 0 ? chunks[0].Results[0].Language : options.Decoding.Language ?? "en";
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

    private Tensor Features(AudioClip clip, List<(Chunk Chunk, int Seek)> windows) => stack(windows.ConvertAll(window =>
    {
        var from = window.Seek * LogMelSpectrogram.HopLength;
        var samples = clip.Samples.AsSpan(window.Chunk.Start + from, window.Chunk.Length - from);
        return _logMel.Compute(samples, _model.Config.WindowSamples, _model.Device);
    }));

    private List<Segment> Segments(List<Chunk> chunks, double duration)
    {
        var segments = new List<Segment>();
        foreach (var merged in ChunkMerger.Merge(chunks.ConvertAll(chunk => chunk.Decoded), _tokenizer))
        {
            var results = chunks[merged.FirstChunk..(merged.LastChunk + 1)].SelectMany(chunk => chunk.Results).ToList();
            var start = merged.Start ?? (segments.Count > 0 ? segments[^1].End : 0);
            segments.Add(new Segment(
                chunks[merged.FirstChunk].Start / LogMelSpectrogram.HopLength,
                start,
                Math.Max(start, merged.End ?? duration),
                _tokenizer.Decode(merged.Tokens),
                merged.Tokens,
                results.Max(r => r.Temperature),
                results.Average(r => r.AverageLogProbability),
                results.Max(r => r.CompressionRatio),
                results.Average(r => r.NoSpeechProbability)));
        }

        return segments;
    }

    /// <summary>A stretch of the recording in samples, and what was written for it.</summary>
    private sealed record Chunk(int Start, int Length, int StrideLeft, int StrideRight)
    {
        private readonly List<DecodedWindow> _windows = [];

        public int Frames => Length / LogMelSpectrogram.HopLength;

        public List<DecodingResult> Results { get; } = [];

        public DecodedChunk Decoded => new(_windows, Seconds(Length), Seconds(StrideLeft), Seconds(StrideRight));

        /// <summary>Takes what was written from frame <paramref name="seek"/> on; returns the frame where to go on.</summary>
        public int Add(DecodingResult result, int seek, WhisperTokenizer tokenizer, bool timestamps)
        {
            Results.Add(result);
            var start = Seconds(Start + seek * LogMelSpectrogram.HopLength);
            if (!timestamps)
            {
                _windows.Add(new DecodedWindow(start, [.. result.Tokens.Where(token => token < tokenizer.EndOfText)]));
                return Frames;
            }

            var window = WindowSegments.Split(result, tokenizer, seek, Frames - seek);
            _windows.Add(new DecodedWindow(start, [.. window.Segments.SelectMany(s => s.Tokens)]));
            return window.Next;
        }

        private static double Seconds(int samples) => (double)samples / LogMelSpectrogram.SampleRate;
    }
}
