using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Audio.Acoustics;

/// <summary>
/// One speaker in one place: room, level, kinds and strengths of backgrounds, drawn once from a domain's acoustics, stay
/// for a run of utterances; a background's own sound (a tune, the mains' frequency) is drawn for each. The sound goes the
/// way it would: the room, the band that is heard, the speech's level, the backgrounds, an overdriven microphone, the
/// telephone.
/// </summary>
public sealed class AcousticScene
{
    private const int Rate = LogMelSpectrogram.SampleRate;
    private const float Knee = 0.8f;

    private readonly double _level;
    private readonly (double Low, double High)? _band;
    private readonly bool _telephone;
    private readonly float[]? _room;
    private readonly (string Kind, double Snr)[] _backgrounds;
    private readonly double? _excess;

    private AcousticScene(AcousticsSpecification specification, Random random)
    {
        (_band, _telephone) = (specification.Heard(), specification.Telephone);
        _level = specification.Level.Draw(random);
        if (specification.Room is { } room && random.NextDouble() < room.Share)
        {
            _room = RoomResponse.Simulate(room.ReverberationSeconds.Draw(random), room.Distance.Draw(random), random);
        }

        var backgrounds = new List<(string, double)>();
        foreach (var background in specification.Backgrounds)
        {
            if (random.NextDouble() < background.Share)
            {
                backgrounds.Add((background.Kind, background.Snr.Draw(random)));
            }
        }

        _backgrounds = [.. backgrounds];
        _excess = specification.Clipping is { } clipping && random.NextDouble() < clipping.Share ? clipping.Excess.Draw(random) : null;
    }

    /// <summary>Draws a scene.</summary>
    /// <exception cref="AudioException">The specification has a <see cref="AcousticsSpecification.Fault"/>.</exception>
    public static AcousticScene Draw(AcousticsSpecification specification, Random random) =>
        specification.Fault() is { } fault
            ? throw new AudioException($"There are no such acoustics: {fault}.")
            : new AcousticScene(specification, random);

    /// <summary>
    /// Lets an utterance be heard in this scene. Its <see cref="Level.ActivePower"/> is brought to the scene's level before
    /// backgrounds are added; at the end a soft limit bends what exceeds 0.8 into [-1, 1].
    /// </summary>
    /// <param name="dry">The utterance at 16 kHz, of any level; silence gives <see cref="Between"/>.</param>
    /// <param name="random">Draws the backgrounds' sound.</param>
    /// <param name="babble">Gives so many samples of other people's talk (<see cref="Babble.Mix"/>), for scenes with babble.</param>
    /// <returns>[dry.Length], not delayed; the room's echo of the end is cut off.</returns>
    /// <exception cref="ArgumentNullException">The scene has babble, but none was given.</exception>
    public float[] Apply(ReadOnlySpan<float> dry, Random random, Func<int, Random, float[]>? babble)
    {
        var speech = Heard(_room is null ? dry.ToArray() : Convolution.Convolve(dry, _room));
        if (Level.ActivePower(speech) is > 0 and var power)
        {
            Level.Scale(speech, Level.Gain(_level) / Math.Sqrt(power));
        }

        AddBackgrounds(speech, random, babble);
        if (_excess is { } excess)
        {
            Clip(speech, excess);
        }

        return Sent(speech);
    }

    /// <summary>The scene while nobody speaks: its backgrounds as loud as under speech, for pauses in long recordings.</summary>
    /// <inheritdoc cref="Apply" path="/exception"/>
    public float[] Between(int samples, Random random, Func<int, Random, float[]>? babble)
    {
        var pause = new float[samples];
        AddBackgrounds(pause, random, babble);
        return Sent(pause);
    }

    /// <summary>A sound in place of the speech, through the scene's band and telephone.</summary>
    /// <param name="sound">The sound, of any level.</param>
    /// <param name="level">Its root mean square in dB of full scale.</param>
    public float[] Beside(float[] sound, double level)
    {
        var heard = Level.Normalised(Heard(sound));
        Level.Scale(heard, Level.Gain(level));
        return Sent(heard);
    }

    private void AddBackgrounds(float[] target, Random random, Func<int, Random, float[]>? babble)
    {
        foreach (var (kind, snr) in _backgrounds)
        {
            if (kind == Babble.Kind)
            {
                ArgumentNullException.ThrowIfNull(babble);
            }

            var noise = Heard(kind == Babble.Kind ? babble!(target.Length, random) : Noise.Of(kind, target.Length, random));
            if (Level.Power(noise) is > 0 and var power)
            {
                Level.Add(target, noise, Level.Gain(_level - snr) / Math.Sqrt(power));
            }
        }
    }

    private float[] Heard(float[] sound) => _band is var (low, high) ? BandLimit.Filter(sound, low, high, Rate) : sound;

    private static void Clip(float[] sound, double excess)
    {
        var peak = 0f;
        foreach (var sample in sound)
        {
            peak = Math.Max(peak, Math.Abs(sample));
        }

        var most = (float)(peak * Level.Gain(-excess));
        foreach (ref var sample in sound.AsSpan())
        {
            sample = Math.Clamp(sample, -most, most);
        }
    }

    private float[] Sent(float[] sound)
    {
        var sent = _telephone ? Telephone.Transmit(sound) : sound;
        foreach (ref var sample in sent.AsSpan())
        {
            if (Math.Abs(sample) > Knee)
            {
                sample = MathF.CopySign(Knee + (1 - Knee) * MathF.Tanh((Math.Abs(sample) - Knee) / (1 - Knee)), sample);
            }
        }

        return sent;
    }
}
