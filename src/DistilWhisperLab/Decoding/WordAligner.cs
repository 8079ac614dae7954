using DistilWhisperLab.Audio;
using DistilWhisperLab.Models;
using DistilWhisperLab.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace DistilWhisperLab.Decoding;

/// <summary>
/// Word times from the decoder's cross-attention: some of its heads look at the place of the speech that they write,
/// so the cheapest monotonic path through their weights says when each token was spoken (<c>find_alignment</c> and
/// <c>add_word_timestamps</c> of openai-whisper's <c>timing.py</c>).
/// </summary>
public sealed class WordAligner
{
    /// <summary>Frames over which the weights are smoothed.</summary>
    internal const int MedianWidth = 7;

    private const double SecondsPerPosition = 0.02;

    private readonly WhisperModel _model;
    private readonly WhisperTokenizer _tokenizer;
    private readonly IReadOnlyList<AttentionHead> _heads;

    /// <summary>Aligns with a model.</summary>
    /// <param name="model">The model, in evaluation mode.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="heads">The heads to follow, see <see cref="AlignmentHeads"/>; null for the default ones.</param>
    public WordAligner(WhisperModel model, WhisperTokenizer tokenizer, IReadOnlyList<AttentionHead>? heads = null) =>
        (_model, _tokenizer, _heads) = (model, tokenizer, heads ?? AlignmentHeads.Default(model.Config));

    /// <summary>Gives the segments of one window their words; their starts and ends follow the words.</summary>
    /// <param name="segments">The segments decoded in the window, with their tokens.</param>
    /// <param name="states">The encoder's states of the window, <c>[1, frames / 2, d_model]</c>.</param>
    /// <param name="frames">The frames of the window (10 ms each) that hold sound, not padding.</param>
    /// <param name="language">The language that it was decoded in, as a code.</param>
    /// <param name="task">The task that it was decoded for.</param>
    /// <param name="lastSpeech">When the speech before the window ended, in seconds; see <see cref="SpeechEnd"/>.</param>
    public IReadOnlyList<Segment> AddWords(
        IReadOnlyList<Segment> segments, Tensor states, int frames, string language, SpeechTask task, double lastSpeech)
    {
        if (segments.Count == 0)
        {
            return segments;
        }

        List<int[]> text = [.. segments.Select(s => s.Tokens.Where(t => t < _tokenizer.EndOfText).ToArray())];
        var spoken = frames < 2 ? [] : TokenTimes([.. text.SelectMany(t => t)], states, frames, language, task);
        var timings = WordTiming.OfTokens(spoken, _tokenizer, language);
        var offset = (double)segments[0].Seek / LogMelSpectrogram.FramesPerSecond;
        return SegmentWords.Add(segments, timings, text.ConvertAll(t => t.Length), offset, lastSpeech);
    }

    /// <summary>When the speech of the segments ends: with the last word, or without words the last segment; null without segments.</summary>
    public static double? SpeechEnd(IReadOnlyList<Segment> segments) =>
        segments.LastOrDefault(s => s.Words is { Count: > 0 })?.Words![^1].End ?? (segments.Count > 0 ? segments[^1].End : null);

    /// <summary>When each text token of a window is spoken, in seconds from the window's start.</summary>
    /// <param name="text">The text tokens, no timestamps among them.</param>
    /// <param name="states">The encoder's states of the window, <c>[1, frames / 2, d_model]</c>.</param>
    /// <param name="frames">The frames of the window that hold sound; with none every token is at its start.</param>
    /// <param name="language">The language that it was decoded in, as a code.</param>
    /// <param name="task">The task that it was decoded for.</param>
    internal IReadOnlyList<SpokenToken> TokenTimes(int[] text, Tensor states, int frames, string language, SpeechTask task)
    {
        if (text.Length == 0 || frames < 2)
        {
            return [.. text.Select(token => new SpokenToken(token))];
        }

        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var start = _tokenizer.StartSequence(language, task, timestamps: true);
        int[] sequence = [.. start, _tokenizer.NoTimestamps, .. text, _tokenizer.EndOfText];
        var tokens = tensor(sequence.Select(t => (long)t).ToArray()).unsqueeze(0).to(states.device);
        var probabilities = Probabilities(tokens, states, text, start.Count);
        var boundaries = Boundaries(Costs(_model.Decoder.CrossAttention(tokens, states), frames / 2, start.Count));
        return [.. text.Select((token, i) => new SpokenToken(token, boundaries[i], boundaries[i + 1], probabilities[i]))];
    }

    /// <summary>The probability of each text token among the text tokens, given those before it.</summary>
    private double[] Probabilities(Tensor tokens, Tensor states, int[] text, int start)
    {
        // The position of <|notimestamps|> predicts the first text token.
        var hidden = _model.Decoder.forward(tokens, states).select(0, 0).narrow(0, start, text.Length);
        var among = _model.Decoder.Logits(hidden).narrow(1, 0, _tokenizer.EndOfText).softmax(-1);
        var own = among.gather(1, tensor(text.Select(t => (long)t).ToArray()).unsqueeze(1).to(states.device));
        return [.. own.to(ScalarType.Float32).cpu().data<float>().Select(p => (double)p)];
    }

    /// <summary>Small where the followed heads look, one row for <c>&lt;|notimestamps|&gt;</c> and each text token.</summary>
    /// <param name="attention">For each layer <c>[1, heads, tokens, frames]</c>.</param>
    /// <param name="columns">Encoder positions that hold sound.</param>
    /// <param name="start">Tokens before <c>&lt;|notimestamps|&gt;</c>.</param>
    /// <returns><c>[text tokens + 1, columns]</c>.</returns>
    private Tensor Costs(IReadOnlyList<Tensor> attention, int columns, int start)
    {
        var followed = stack(_heads.Select(h => attention[h.Layer][0, h.Head]).ToList());
        columns = (int)Math.Min(columns, followed.shape[2]);
        // The weights that the softmax gave to the padding are shared out again.
        var weights = followed.to(ScalarType.Float32).narrow(2, 0, columns);
        weights = weights / weights.sum(-1, keepdim: true);
        var mean = weights.mean([1], keepdim: true);
        weights = (weights - mean) / (weights - mean).square().mean([1], keepdim: true).sqrt();
        var smooth = MedianFilter(weights).mean([0]);
        return -smooth.narrow(0, start, smooth.shape[0] - start - 1);
    }

    /// <summary>
    /// The time at which each token begins, in seconds, and behind them the last one's end. A row of the matrix
    /// predicts the token after it, so the path's way into row i is where token i begins.
    /// </summary>
    private static double[] Boundaries(Tensor costs)
    {
        var (rows, columns) = ((int)costs.shape[0], (int)costs.shape[1]);
        var boundaries = new double[rows];
        var next = 0;
        foreach (var (row, column) in DynamicTimeWarping.Path(costs.cpu().data<float>().ToArray(), rows, columns))
        {
            if (row == next)
            {
                boundaries[next++] = column * SecondsPerPosition;
            }
        }

        return boundaries;
    }

    /// <summary>The median of each value and those beside it, along the last dimension, mirrored at the ends.</summary>
    /// <param name="x"><c>[heads, tokens, frames]</c>; too few frames to be mirrored are returned as they are.</param>
    internal static Tensor MedianFilter(Tensor x)
    {
        const int Side = MedianWidth / 2;
        return x.shape[^1] <= Side
            ? x
            : nn.functional.pad(x, [Side, Side], mode: PaddingModes.Reflect).unfold(-1, MedianWidth, 1).sort(-1).Values.select(-1, Side);
    }
}
