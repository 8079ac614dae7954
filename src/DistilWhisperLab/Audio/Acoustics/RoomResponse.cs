namespace DistilWhisperLab.Audio.Acoustics;

/// <summary>
/// Impulse responses of box-shaped rooms by the image-source method (Allen and Berkley 1979). Each reflection of the
/// first 50 ms is a mirror image of the source, placed to a fraction of a sample; later ones lie too dense to tell apart
/// and become noise with the power that the images would have in the mean.
/// </summary>
public static class RoomResponse
{
    private const int Rate = LogMelSpectrogram.SampleRate;
    private const double SpeedOfSound = 343; // metres a second
    private const double ImageSeconds = 0.05;
    private const double WallDistance = 0.4; // of talker and microphone
    private const int SincHalf = 8;
    private static readonly double DecayOf60Decibel = Math.Log(1e6);

    /// <summary>Draws a room, a microphone and a talker, and gives the response at 16 kHz.</summary>
    /// <param name="rt60">Reverberation time, in which the power falls by 60 dB, in seconds.</param>
    /// <param name="distance">From talker to microphone in metres; the farther, the more room against direct sound.</param>
    /// <param name="random">Draws the room's sides, both places and the tail.</param>
    /// <returns>The response over <paramref name="rt60"/> seconds; the direct sound comes first, with gain 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A time or distance not above 0.</exception>
    public static float[] Simulate(double rt60, double distance, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rt60);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(distance);
        double[] sides =
        [
            4 + distance + 4 * random.NextDouble(),
            3 + distance / 2 + 3 * random.NextDouble(),
            2.4 + rt60 + random.NextDouble(),
        ];
        var (talker, microphone) = Places(sides, distance, random);
        var response = new float[Math.Max(1, (int)(rt60 * Rate))];
        AddImages(response, sides, talker, microphone, Reflection(sides, rt60));
        AddTail(response, sides[0] * sides[1] * sides[2], rt60, distance, random);
        response[0] = 1; // whatever the interpolation of the first reflections spilled onto it
        return response;
    }

    private static (double[] Talker, double[] Microphone) Places(double[] sides, double distance, Random random)
    {
        // The longest side always has room for the distance, so this ends.
        while (true)
        {
            double[] microphone = [.. sides.Select(side => WallDistance + random.NextDouble() * (side - 2 * WallDistance))];
            var (azimuth, height) = (2 * Math.PI * random.NextDouble(), random.NextDouble() - 0.5);
            var across = Math.Sqrt(1 - height * height);
            double[] talker =
            [
                microphone[0] + distance * across * Math.Cos(azimuth),
                microphone[1] + distance * across * Math.Sin(azimuth),
                microphone[2] + distance * height,
            ];
            if (talker.Zip(sides).All(place => place.First >= WallDistance && place.First <= place.Second - WallDistance))
            {
                return (talker, microphone);
            }
        }
    }

    /// <summary>
    /// The walls' reflection factor after Eyring (1930). It is negative, so that the images' mean is 0: with positive
    /// factors a pressure piles up at 0 Hz, against which Allen and Berkley need a high-pass.
    /// </summary>
    private static double Reflection(double[] sides, double rt60)
    {
        var surface = 2 * (sides[0] * sides[1] + sides[1] * sides[2] + sides[0] * sides[2]);
        var meanFreePath = 4 * sides[0] * sides[1] * sides[2] / surface;
        return -Math.Exp(-DecayOf60Decibel * meanFreePath / (2 * SpeedOfSound * rt60));
    }

    private static void AddImages(float[] response, double[] sides, double[] talker, double[] microphone, double reflection)
    {
        var direct = Distance(talker[0] - microphone[0], talker[1] - microphone[1], talker[2] - microphone[2]);
        var farthest = direct + ImageSeconds * SpeedOfSound;
        var (x, y, z) = (Images(0), Images(1), Images(2));
        foreach (var (dx, bouncesX) in x)
        {
            foreach (var (dy, bouncesY) in y)
            {
                foreach (var (dz, bouncesZ) in z)
                {
                    if (Distance(dx, dy, dz) is var length && length < farthest)
                    {
                        var gain = direct / length * Math.Pow(reflection, bouncesX + bouncesY + bouncesZ);
                        AddPulse(response, (length - direct) / SpeedOfSound * Rate, gain);
                    }
                }
            }
        }

        // Along one axis the images lie at ±talker + 2 m side, after |2m| or |2m - 1| reflections.
        List<(double Offset, int Bounces)> Images(int axis)
        {
            var images = new List<(double, int)>();
            var most = (int)(farthest / (2 * sides[axis])) + 1;
            for (var m = -most; m <= most; m++)
            {
                images.Add((2 * m * sides[axis] + talker[axis] - microphone[axis], Math.Abs(2 * m)));
                images.Add((2 * m * sides[axis] - talker[axis] - microphone[axis], Math.Abs(2 * m - 1)));
            }

            return images;
        }
    }

    /// <summary>Adds a pulse between samples: a sinc under a Hann window (Peterson 1986).</summary>
    private static void AddPulse(float[] response, double at, double gain)
    {
        var first = Math.Max(0, (int)Math.Ceiling(at) - SincHalf);
        var last = Math.Min(response.Length - 1, (int)at + SincHalf);
        for (var i = first; i <= last; i++)
        {
            var x = Math.PI * (i - at);
            var sinc = Math.Abs(x) < 1e-9 ? 1 : Math.Sin(x) / x;
            response[i] += (float)(gain * sinc * (0.5 + 0.5 * Math.Cos(x / SincHalf)));
        }
    }

    /// <summary>
    /// Noise in place of the images beyond the early ones. In the mean, 4πc³t²/V images arrive a second at time t, each
    /// with the power (d/ct)² of its length against the direct path's, less what the walls took.
    /// </summary>
    private static void AddTail(float[] response, double volume, double rt60, double distance, Random random)
    {
        var power = 4 * Math.PI * SpeedOfSound * distance * distance / (volume * Rate);
        for (var i = (int)(ImageSeconds * Rate); i < response.Length; i++)
        {
            var time = distance / SpeedOfSound + (double)i / Rate;
            response[i] += (float)(Math.Sqrt(power * Math.Exp(-DecayOf60Decibel * time / rt60)) * Noise.Gaussian(random));
        }
    }

    private static double Distance(double x, double y, double z) => Math.Sqrt(x * x + y * y + z * z);
}
