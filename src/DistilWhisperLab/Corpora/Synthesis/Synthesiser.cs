using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>How somebody speaks: drawn once for a turn, so that neighbouring utterances sound alike.</summary>
/// <param name="Voice">The voice, program:voice.</param>
/// <param name="WordsPerMinute">The pace.</param>
/// <param name="Pitch">The pitch, 0 to 99.</param>
internal sealed record Speaker(string Voice, double WordsPerMinute, double Pitch)
{
    /// <summary>Someone of a domain.</summary>
    public static Speaker Draw(DomainSpecification domain, IReadOnlyList<string> voices, Random random) => new(
        voices[random.Next(voices.Count)], domain.WordsPerMinute.Draw(random), domain.Pitch.Draw(random));
}

/// <summary>Makes dry speech: no room, no noise, no silence but a tenth of a second at its ends.</summary>
internal static class Synthesiser
{
    private const double EdgeSeconds = 0.1;

    /// <summary>One utterance at 16 kHz, no longer than <paramref name="longest"/> seconds.</summary>
    public static async Task<float[]> SpeakAsync(string text, Speaker speaker, double longest, CancellationToken stop)
    {
        var rate = speaker.WordsPerMinute;
        while (true)
        {
            var spoken = await Voice.SpeakAsync(speaker.Voice, text, rate, speaker.Pitch, stop);
            if (!spoken.Samples.AsSpan().ContainsAnyExcept(0f))
            {
                throw new CorpusException($"The voice {speaker.Voice} is silent for \"{text}\"; try it by hand, or take the voice out of the specification.");
            }

            var clip = TrimSilence(spoken);
            if (clip.Duration <= longest)
            {
                return clip.Samples;
            }

            // What is too long is spoken again, faster, so that every sentence keeps its place.
            rate *= 1.05 * clip.Duration / longest;
            if (rate > Espeak.MaxWordsPerMinute)
            {
                throw new CorpusException($"The voice {speaker.Voice} cannot say \"{text}\" within {longest} s; raise \"longest\" in the specification or shorten the sentence.");
            }
        }
    }

    /// <summary>Leaves a tenth of a second before the first and after the last sample that can be heard.</summary>
    internal static AudioClip TrimSilence(AudioClip clip)
    {
        var threshold = clip.Samples.Max(Math.Abs) / 100;
        var edge = (int)(EdgeSeconds * clip.SampleRate);
        var first = Array.FindIndex(clip.Samples, s => Math.Abs(s) > threshold);
        var last = Array.FindLastIndex(clip.Samples, s => Math.Abs(s) > threshold);
        var samples = new float[last + 1 - first + 2 * edge];
        clip.Samples.AsSpan(first, last + 1 - first).CopyTo(samples.AsSpan(edge));
        return new AudioClip(samples, clip.SampleRate);
    }
}
