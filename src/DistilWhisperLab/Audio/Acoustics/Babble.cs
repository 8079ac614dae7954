namespace DistilWhisperLab.Audio.Acoustics;

/// <summary>Other people's talk as a background.</summary>
public static class Babble
{
    /// <summary>The kind's name among a specification's backgrounds.</summary>
    public const string Kind = "babble";

    private const int Rate = LogMelSpectrogram.SampleRate;
    private const double LevelSpread = 3; // dB about the mean
    private const double ShortestPause = 0.1;
    private const double LongestPause = 0.6;

    /// <summary>
    /// Lets several talkers speak at once. Each begins somewhere in an utterance, goes on with others after short pauses,
    /// and is up to 3 dB louder or softer than the mean; the first utterances differ while there are enough.
    /// </summary>
    /// <param name="voices">Utterances at 16 kHz, of any level.</param>
    /// <param name="samples">The length of the mix.</param>
    /// <param name="talkers">How many speak at once.</param>
    /// <param name="random">Draws who says what, when and how loud.</param>
    /// <returns>[samples] with rms 1; silence if all that was drawn is silent.</returns>
    /// <exception cref="ArgumentException">There are no voices, or fewer than one talker.</exception>
    public static float[] Mix(IReadOnlyList<float[]> voices, int samples, int talkers, Random random)
    {
        if (voices.Count == 0 || talkers < 1)
        {
            throw new ArgumentException($"Babble needs voices and talkers, not {voices.Count} and {talkers}.", nameof(voices));
        }

        var mix = new float[samples];
        var order = Enumerable.Range(0, voices.Count).ToArray();
        random.Shuffle(order);
        for (var talker = 0; talker < talkers; talker++)
        {
            var voice = voices[order[talker % order.Length]];
            var loudness = Level.Gain(LevelSpread * (2 * random.NextDouble() - 1));
            for (var at = -random.Next(voice.Length / 2 + 1); at < samples;)
            {
                var (from, to) = (Math.Max(0, -at), Math.Min(voice.Length, samples - at));
                if (to > from && Level.ActivePower(voice) is > 0 and var power)
                {
                    Level.Add(mix.AsSpan(at + from, to - from), voice.AsSpan(from, to - from), loudness / Math.Sqrt(power));
                }

                var pause = ShortestPause + (LongestPause - ShortestPause) * random.NextDouble();
                at += voice.Length + (int)(pause * Rate);
                voice = voices[random.Next(voices.Count)];
            }
        }

        return Level.Normalised(mix);
    }
}
