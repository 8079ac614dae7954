namespace DistilWhisperLab.Training;

/// <summary>One utterance to learn from: its audio and what is said.</summary>
/// <param name="Samples">Mono audio at 16 kHz.</param>
/// <param name="Tokens">The text's tokens without specials, a space before the first word as Whisper writes it.</param>
/// <param name="Letters">The text's symbols of <see cref="CtcAlphabet"/>.</param>
/// <param name="Recording">The recording that it is part of.</param>
/// <param name="Position">Its number in the recording, from zero.</param>
public sealed record SpeechExample(StoredSamples Samples, int[] Tokens, byte[] Letters, string Recording, int Position);
