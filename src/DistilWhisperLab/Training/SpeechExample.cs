namespace DistilWhisperLab.Training;

/// <summary>One utterance to learn from: its audio in 16 bits, to hold many in memory, and what is said.</summary>
/// <param name="Samples">Mono audio at 16 kHz.</param>
/// <param name="Tokens">The text's tokens without specials, a space before the first word as Whisper writes it.</param>
/// <param name="Letters">The text's symbols of <see cref="CtcAlphabet"/>.</param>
/// <param name="Recording">The recording that it is part of.</param>
/// <param name="Position">Its number in the recording, from zero.</param>
public sealed record SpeechExample(short[] Samples, int[] Tokens, byte[] Letters, string Recording, int Position)
{
    /// <summary>Samples in [-1, 1] as 16-bit ones.</summary>
    public static short[] ToShorts(ReadOnlySpan<float> samples)
    {
        var shorts = new short[samples.Length];
        for (var i = 0; i < shorts.Length; i++)
        {
            shorts[i] = (short)Math.Clamp(MathF.Round(samples[i] * short.MaxValue), short.MinValue, short.MaxValue);
        }

        return shorts;
    }
}
