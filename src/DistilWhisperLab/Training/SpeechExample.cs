using System.Numerics.Tensors;

namespace DistilWhisperLab.Training;

/// <summary>One utterance to learn from: its audio in 16 bits, to hold many in memory, and its text's tokens.</summary>
/// <param name="Samples">Mono audio at 16 kHz.</param>
/// <param name="Tokens">The text's tokens, without specials.</param>
public sealed record SpeechExample(short[] Samples, IReadOnlyList<int> Tokens)
{
    /// <summary>Makes an example from samples in [-1, 1].</summary>
    public static SpeechExample From(ReadOnlySpan<float> samples, IReadOnlyList<int> tokens)
    {
        var shorts = new short[samples.Length];
        for (var i = 0; i < shorts.Length; i++)
        {
            shorts[i] = (short)Math.Clamp(MathF.Round(samples[i] * short.MaxValue), short.MinValue, short.MaxValue);
        }

        return new SpeechExample(shorts, tokens);
    }

    /// <summary>Adds the audio, scaled, to a window from a sample on; what does not fit is cut.</summary>
    public void AddTo(Span<float> window, int from, float gain)
    {
        var count = Math.Min(Samples.Length, window.Length - from);
        var floats = new float[count];
        TensorPrimitives.ConvertTruncating<short, float>(Samples.AsSpan(0, count), floats);
        TensorPrimitives.MultiplyAdd(floats, gain / short.MaxValue, window.Slice(from, count), window.Slice(from, count));
    }
}
