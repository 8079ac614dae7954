using DistilWhisperLab.Audio;
using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using DistilWhisperLab.Text;
using static TorchSharp.torch;

namespace DistilWhisperLab.Decoding;

/// <summary>Gives the segments of one window their words, and may move the segments' starts and ends to them.</summary>
/// <param name="segments">The segments decoded in the window.</param>
/// <param name="states">The encoder's states of the window, <c>[1, frames / 2, d_model]</c>.</param>
/// <param name="frames">The frames of the window that hold sound, not padding.</param>
/// <param name="language">The language that it was decoded in, as a code.</param>
/// <param name="task">The task that it was decoded for.</param>
/// <param name="lastSpeech">When the speech before the window ended, in seconds.</param>
public delegate IReadOnlyList<Segment> WordTimes(
    IReadOnlyList<Segment> segments, Tensor states, int frames, string language, SpeechTask task, double lastSpeech);

/// <summary>
/// Transcribes recordings of any length, window by window: each begins where the last timestamp of the one before
/// says that the speech was cut off (<c>transcribe()</c> of openai-whisper; Radford et al. 2022, §3.8).
/// </summary>
public sealed class SequentialTranscriber : IDisposable
{
    // Text written at a higher temperature than this is too doubtful to be told to the next window.
    private const double HighestTrustedTemperature = 0.5;

    private readonly WhisperModel _model;
    private readonly WhisperTokenizer _tokenizer;
    private readonly WindowDecoder _decoder;
    private readonly LogMelSpectrogram _logMel;
    private readonly WordTimes? _wordTimes;

    /// <summary>Transcribes with a model that stays the caller's.</summary>
    /// <param name="model">The model, in evaluation mode.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="wordTimes">Finds the words' times; null for a transcript without words.</param>
    public SequentialTranscriber(WhisperModel model, WhisperTokenizer tokenizer, WordTimes? wordTimes = null)
    {
        (_model, _tokenizer, _wordTimes) = (model, tokenizer, wordTimes);
        _decoder = new WindowDecoder(model, tokenizer);
        _logMel = new LogMelSpectrogram(model.Config.MelBins);
    }

    /// <summary>Transcribes a recording.</summary>
    /// <param name="clip">The recording, at 16 kHz.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told of the frames (10 ms) done; null for none.</param>
    /// <param name="cancellation">Stops between two windows or temperatures.</param>
    /// <exception cref="LabException">The options contradict one another or ask for what the model cannot do.</exception>
    /// <exception cref="OperationCanceledException">The cancellation was asked for.</exception>
    public Transcription Transcribe(
        AudioClip clip,
        SequentialOptions? options = null,
        IProgress<Progress>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new SequentialOptions();
        using var scope = NewDisposeScope();
        // A window of silence is added, so that language detection has a whole window of even the shortest recording.
        var window = _model.Config.WindowFrames;
        var mel = _logMel.Compute(clip.Samples, checked(clip.Samples.Length + _model.Config.WindowSamples), _model.Device);
        var frames = (int)mel.shape[1] - window;
        var language = Language(mel, options.Decoding.Language, frames);
        var text = new TranscribedText(_tokenizer, options.InitialPrompt);
        var lastSpeech = 0.0;
        foreach (var (start, end) in Clips(options.ClipTimestamps, frames))
        {
            for (var seek = start; seek < end;)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new Progress("Transcribing", seek, frames));
                using var windowScope = NewDisposeScope();
                var count = Math.Min(window, end - seek);
                var states = _decoder.Encode(Window(mel, seek, count));
                var decoding = options.Decoding with { Language = language, Prompt = text.Prompt };
                var result = options.Fallback.Decode(_decoder, states, decoding, cancellation: cancellation)[0];
                if (options.Fallback.IsSilence(result))
                {
                    seek += count;
                    continue;
                }

                var split = WindowSegments.Split(result, _tokenizer, seek, count);
                var segments = split.Segments;
                var next = split.Next;
                if (_wordTimes is not null)
                {
                    segments = _wordTimes(segments, states, count, language, decoding.Task, lastSpeech);
                    lastSpeech = SpeechEnd(segments);
                    var heard = (int)Math.Round(lastSpeech * LogMelSpectrogram.FramesPerSecond);
                    next = split.EndsOpen && heard > seek ? heard : next;
                }

                text.Add(segments);
                if (!options.ConditionOnPreviousText || result.Temperature > HighestTrustedTemperature)
                {
                    text.ForgetPrompt();
                }

                seek = next;
            }
        }

        progress?.Report(new Progress("Transcribing", frames, frames));
        return new Transcription(text.Text, language, text.Segments);
    }

    /// <summary>Frees the mel filters; the model is the caller's.</summary>
    public void Dispose() => _logMel.Dispose();

    /// <summary>
    /// The frames of a window. What is missing at the recording's end is filled up in the spectrogram, as the
    /// reference does, not with its silence.
    /// </summary>
    private Tensor Window(Tensor mel, int seek, int count)
    {
        var part = mel.narrow(1, seek, count);
        return nn.functional.pad(part, [0, _model.Config.WindowFrames - count]).unsqueeze(0);
    }

    private string Language(Tensor mel, string? given, int frames)
    {
        if (given is not null)
        {
            return WhisperLanguages.Find(given) ?? given;
        }

        if (!_tokenizer.IsMultilingual || frames == 0)
        {
            return "en";
        }

        using var scope = NewDisposeScope();
        var states = _decoder.Encode(mel.narrow(1, 0, _model.Config.WindowFrames).unsqueeze(0));
        return _decoder.DetectLanguage(states)[0].MaxBy(language => language.Value).Key;
    }

    private static double SpeechEnd(IReadOnlyList<Segment> segments) =>
        segments.LastOrDefault(s => s.Words is { Count: > 0 })?.Words![^1].End ?? segments[^1].End;

    private static IEnumerable<(int Start, int End)> Clips(IReadOnlyList<double> seconds, int frames)
    {
        if (seconds.Any(s => !(s >= 0)))
        {
            throw new LabException("The clip timestamps must not be negative.");
        }

        // Times beyond the recording are its end.
        var points = seconds.Select(s => (int)Math.Min(Math.Round(s * LogMelSpectrogram.FramesPerSecond), frames)).ToList();
        if (points.Count == 0)
        {
            points.Add(0);
        }

        if (points.Count % 2 == 1)
        {
            points.Add(frames);
        }

        return points.Chunk(2).Select(pair => (pair[0], pair[1]));
    }
}
