namespace DistilWhisperLab.Audio.Acoustics;

/// <summary>Synthetic background sounds at 16 kHz, each [samples] with rms 1.</summary>
public static class Noise
{
    private const int Rate = LogMelSpectrogram.SampleRate;
    private const int PubTalkers = 16;
    private const double PubRoom = 0.3;

    /// <summary>What <see cref="Of"/> knows.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["white", "pink", "hum", "music", "room"];

    /// <summary>Noise of one of the <see cref="Kinds"/>.</summary>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static float[] Of(string kind, int samples, Random random) => kind switch
    {
        "white" => White(samples, random),
        "pink" => Pink(samples, random),
        "hum" => Hum(samples, random),
        "music" => Music(samples, random),
        "room" => Room(samples, random),
        _ => throw new ArgumentException($"There is no noise \"{kind}\"; there are {string.Join(", ", Kinds)}.", nameof(kind)),
    };

    /// <summary>Gaussian noise of equal power at all frequencies.</summary>
    public static float[] White(int samples, Random random) => Level.Normalised(GaussianNoise(samples, random));

    /// <summary>Noise of equal power in each octave from 20 Hz to 8 kHz.</summary>
    public static float[] Pink(int samples, Random random)
    {
        // Poles two octaves apart with a zero between them turn falls of 6 and 0 dB an octave into one of 3.
        var noise = GaussianNoise(samples, random);
        for (var pole = 20d; pole < Rate / 2; pole *= 4)
        {
            var (a, b) = (OnePole(pole), 2 * pole < Rate / 2 ? OnePole(2 * pole) : 0);
            var (before, output) = (0f, 0f);
            foreach (ref var sample in noise.AsSpan())
            {
                output = sample - b * before + a * output;
                (before, sample) = (sample, output);
            }
        }

        return Level.Normalised(noise);
    }

    /// <summary>Hum of the mains: 50 or 60 Hz with some twenty harmonics, swelling a little, over faint hiss.</summary>
    public static float[] Hum(int samples, Random random)
    {
        var mains = (random.Next(2) == 0 ? 50 : 60) * (1 + 0.002 * (random.NextDouble() - 0.5));
        var slope = 0.5 + random.NextDouble();
        var evenShare = random.NextDouble();
        var wave = Wave.Of([.. Enumerable.Range(1, 20).Select(n => (n % 2 == 0 ? evenShare : 1) * Math.Pow(n, -slope))], random);
        var (hiss, swell) = (GaussianNoise(samples, random), Slow(samples, 0.1, random));
        var phase = random.NextDouble();
        for (var i = 0; i < samples; i++)
        {
            hiss[i] = 0.02f * hiss[i] + wave.At(phase) * swell[i];
            phase += mains / Rate;
        }

        return Level.Normalised(hiss);
    }

    /// <summary>Music of its own: a key, a tempo, chords, a melody, a bass and mostly drums.</summary>
    public static float[] Music(int samples, Random random) => Level.Normalised(new Tune(random).Play(samples, random));

    /// <summary>A ventilated room: noise that falls by 12 dB an octave from 150 to 600 Hz on, swelling slowly.</summary>
    public static float[] Room(int samples, Random random)
    {
        var pole = OnePole(150 * Math.Pow(4, random.NextDouble()));
        var noise = GaussianNoise(samples, random);
        var swell = Slow(samples, 0.25, random);
        var (first, second) = (0f, 0f);
        for (var i = 0; i < samples; i++)
        {
            first += (1 - pole) * (noise[i] - first);
            second += (1 - pole) * (first - second);
            noise[i] = second * swell[i];
        }

        return Level.Normalised(noise);
    }

    /// <summary>A pub, for studies of robustness: many talkers at once in a noisy room.</summary>
    /// <inheritdoc cref="Babble.Mix" path="/exception"/>
    public static float[] Pub(IReadOnlyList<float[]> voices, int samples, Random random)
    {
        var pub = Babble.Mix(voices, samples, PubTalkers, random);
        Level.Add(pub, Room(samples, random), PubRoom);
        return Level.Normalised(pub);
    }

    /// <summary>One number of mean 0 and variance 1 (Box and Muller 1958).</summary>
    internal static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    internal static float[] GaussianNoise(int samples, Random random)
    {
        var noise = new float[samples];
        for (var i = 0; i < samples; i += 2)
        {
            // Sine and cosine of one angle give two independent numbers.
            var radius = MathF.Sqrt(-2 * MathF.Log((float)(1 - random.NextDouble())));
            var (sine, cosine) = MathF.SinCos((float)(2 * Math.PI * random.NextDouble()));
            noise[i] = radius * cosine;
            if (i + 1 < samples)
            {
                noise[i + 1] = radius * sine;
            }
        }

        return noise;
    }

    private static float OnePole(double hertz) => (float)Math.Exp(-2 * Math.PI * hertz / Rate);

    /// <summary>A loudness that wanders about 1 by up to <paramref name="depth"/>, in one to ten seconds a swing.</summary>
    private static float[] Slow(int samples, double depth, Random random)
    {
        const int Step = 160;
        var (rate, start) = (0.1 + 0.4 * random.NextDouble(), random.NextDouble());
        var (other, otherStart) = (0.4 + 0.6 * random.NextDouble(), random.NextDouble());
        var swell = new float[samples];
        var value = 1f;
        for (var i = 0; i < samples; i++)
        {
            if (i % Step == 0)
            {
                var t = (double)i / Rate;
                value = (float)(1 + depth * (0.6 * Math.Sin(2 * Math.PI * (rate * t + start)) + 0.4 * Math.Sin(2 * Math.PI * (other * t + otherStart))));
            }

            swell[i] = value;
        }

        return swell;
    }
}
