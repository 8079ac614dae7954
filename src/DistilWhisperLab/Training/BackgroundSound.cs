using DistilWhisperLab.Audio;
using DistilWhisperLab.Audio.Acoustics;

namespace DistilWhisperLab.Training;

/// <summary>
/// What the teacher hears beside speech and where nobody speaks: every kind of <see cref="Noise"/>, and distant talk made
/// of other utterances. A teacher that only ever heard hiss takes music for speech.
/// </summary>
internal sealed class BackgroundSound(IReadOnlyList<SpeechExample> examples)
{
    private const int FewestTalkers = 3;
    private const int MostTalkers = 6;

    // Root mean squares in dB of full scale; speech has about −26 to −18.
    private const double Quietest = -60;
    private const double Loudest = -22;

    // A pause up to this long is a breath, in which nothing else is heard.
    private const int Breath = LogMelSpectrogram.SampleRate;

    /// <summary>Adds a sound that is quieter than speech by a ratio drawn from 5 to 30 dB.</summary>
    /// <param name="window">Samples of speech; gets the sound from its beginning to its end.</param>
    /// <param name="power">The speech's mean square.</param>
    /// <param name="random">Draws kind and ratio.</param>
    public void AddBeside(Span<float> window, double power, Random random)
    {
        var sound = Make(window.Length, random);
        Level.Add(window, sound, Math.Sqrt(power) * Level.Gain(-(5 + 25 * random.NextDouble())));
    }

    /// <summary>
    /// Fills what speech leaves: a quarter of the stretches longer than a second stay silent, the others get a sound of
    /// any loudness up to that of quiet speech.
    /// </summary>
    /// <param name="window">The window's samples.</param>
    /// <param name="speech">From where to where somebody speaks, in order.</param>
    /// <param name="random">Draws kinds and loudness.</param>
    public void FillPauses(Span<float> window, IEnumerable<(int From, int To)> speech, Random random)
    {
        var at = 0;
        foreach (var (from, to) in speech.Append((window.Length, window.Length)))
        {
            if (from - at > Breath && random.Next(4) > 0)
            {
                Level.Add(window[at..from], Make(from - at, random), Level.Gain(Quietest + (Loudest - Quietest) * random.NextDouble()));
            }

            at = Math.Min(to, window.Length);
        }
    }

    private float[] Make(int samples, Random random)
    {
        var kind = random.Next(Noise.Kinds.Count + 1);
        if (kind < Noise.Kinds.Count)
        {
            return Noise.Of(Noise.Kinds[kind], samples, random);
        }

        var talkers = random.Next(FewestTalkers, MostTalkers + 1);
        float[][] voices = [.. Enumerable.Range(0, talkers).Select(_ => Voice(examples[random.Next(examples.Count)]))];
        return Babble.Mix(voices, samples, talkers, random);
    }

    private static float[] Voice(SpeechExample example)
    {
        var voice = new float[example.Samples.Length];
        var samples = new short[voice.Length];
        example.Samples.Read(samples);
        SpeechAugmentation.Write(samples, speed: 1, gain: 1, voice);
        return voice;
    }
}
