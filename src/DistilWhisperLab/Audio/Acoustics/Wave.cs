namespace DistilWhisperLab.Audio.Acoustics;

/// <summary>One period of a tone with harmonics, looked up in place of a sine for each harmonic and sample.</summary>
internal sealed class Wave
{
    private const int Points = 1024;

    private readonly float[] _values;

    private Wave(float[] values) => _values = values;

    /// <summary>A tone whose n-th harmonic has the n-th amplitude and a random phase.</summary>
    public static Wave Of(double[] amplitudes, Random random)
    {
        var values = new float[Points + 1]; // the first point again, for the interpolation
        foreach (var (n, amplitude) in amplitudes.Index())
        {
            var phase = random.NextDouble();
            for (var i = 0; i <= Points; i++)
            {
                values[i] += (float)(amplitude * Math.Sin(2 * Math.PI * ((n + 1) * (i % Points) / (double)Points + phase)));
            }
        }

        return new Wave(values);
    }

    /// <summary>The value after so many periods, between two points interpolated.</summary>
    public float At(double periods)
    {
        var position = (periods - Math.Floor(periods)) * Points;
        var i = Math.Min((int)position, Points - 1);
        return _values[i] + (float)(position - i) * (_values[i + 1] - _values[i]);
    }
}
