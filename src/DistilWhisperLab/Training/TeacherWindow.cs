using DistilWhisperLab.Audio;
using DistilWhisperLab.Decoding;
using DistilWhisperLab.Text;

namespace DistilWhisperLab.Training;

/// <summary>An utterance in a window.</summary>
/// <param name="Example">What is said.</param>
/// <param name="Speed">How much faster than recorded.</param>
/// <param name="From">The sample at which it begins.</param>
internal sealed record PlacedSpeech(SpeechExample Example, double Speed, int From)
{
    /// <summary>Its length in samples at its speed.</summary>
    public int Length { get; } = SpeechAugmentation.Length(Example.Samples.Length, Speed);

    /// <summary>The sample behind its last.</summary>
    public int To => From + Length;
}

/// <summary>What one window holds and what is to be written for it.</summary>
/// <param name="Speech">The utterances heard as a whole, in order; none where nobody speaks.</param>
/// <param name="CutOff">
/// One that the window's end cuts: only its beginning is written, as Whisper learned it (Radford et al. 2022, §2.3).
/// </param>
/// <param name="Timestamps">Whether the times are written.</param>
internal sealed record TeacherWindow(IReadOnlyList<PlacedSpeech> Speech, PlacedSpeech? CutOff, bool Timestamps)
{
    /// <summary>The utterances before the window, in order, whose text the decoder is told; none for no such prompt.</summary>
    public IReadOnlyList<SpeechExample> Before { get; init; } = [];

    /// <summary>All that is heard.</summary>
    public IEnumerable<PlacedSpeech> Heard => CutOff is null ? Speech : Speech.Append(CutOff);

    /// <summary>
    /// The whole sequence from the start token to the end token. A window without speech has an empty text, the first
    /// token's target besides: see <see cref="TeacherBatch"/>.
    /// </summary>
    public IReadOnlyList<int> Sequence(WhisperTokenizer tokenizer, int windowSamples)
    {
        var sequence = new List<int> { tokenizer.StartOfTranscript };
        if (!Timestamps)
        {
            sequence.Add(tokenizer.NoTimestamps);
        }
        else if (Speech.Count == 0)
        {
            sequence.Add(tokenizer.Timestamp(0));
        }

        foreach (var speech in Speech)
        {
            sequence.AddRange(Timestamps
                ? [Time(speech.From), .. speech.Example.Tokens, Time(speech.To)]
                : speech.Example.Tokens);
        }

        if (Timestamps && CutOff is not null)
        {
            sequence.Add(Time(CutOff.From));
        }

        sequence.Add(tokenizer.EndOfText);
        return sequence;

        int Time(int sample) => tokenizer.Timestamp((double)Math.Min(sample, windowSamples) / LogMelSpectrogram.SampleRate);
    }

    /// <summary>
    /// What stands before the start token: the text before the window (<see cref="DecoderPrompt.PreviousText"/>), with
    /// times where the window has them.
    /// </summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="own">Tokens of <see cref="Sequence"/>.</param>
    /// <param name="positions">The decoder's positions.</param>
    /// <returns>Empty without text, or where no room is left for any.</returns>
    public IReadOnlyList<int> Prompt(WhisperTokenizer tokenizer, int own, int positions)
    {
        // As if each had had a window of its own.
        var text = Before.SelectMany(before => Timestamps
            ? [tokenizer.Timestamp(0), .. before.Tokens, tokenizer.Timestamp((double)before.Samples.Length / LogMelSpectrogram.SampleRate)]
            : before.Tokens).ToList();
        return DecoderPrompt.PreviousText(tokenizer, text, positions, own);
    }
}
