namespace DistilWhisperLab.Audio.Acoustics;

/// <summary>What a <see cref="Tune"/> is played on: each adds one note to a piece and stops at the piece's end.</summary>
internal sealed class Instruments
{
    private const int Rate = LogMelSpectrogram.SampleRate;
    private const double Vibrato = 0.004; // of the pitch
    private const double VibratoHertz = 5.5;

    private readonly Wave _bowed;
    private readonly float _damping;

    /// <summary>Draws the bowed instrument's timbre and how soon a plucked string fades.</summary>
    public Instruments(Random random)
    {
        var slope = 0.8 + random.NextDouble();
        _bowed = Wave.Of([.. Enumerable.Range(1, 8).Select(n => Math.Pow(n, -slope))], random);
        _damping = (float)(0.990 + 0.008 * random.NextDouble());
    }

    /// <summary>A plucked string: noise that goes round a delay line and loses its highs (Karplus and Strong 1983).</summary>
    public void Pluck(Span<float> piece, int start, int samples, double hertz, float amplitude, Random random)
    {
        var period = Rate / hertz - 0.5; // the mean of two neighbours delays by half a sample
        var line = new float[(int)period];
        foreach (ref var sample in line.AsSpan())
        {
            sample = amplitude * (float)(2 * random.NextDouble() - 1);
        }

        // A first-order all-pass in the loop tunes to a fraction of a sample.
        var fraction = (float)(period - (int)period);
        var tuning = (1 - fraction) / (1 + fraction);
        var release = Rate / 50;
        var (end, last, input, output) = (Math.Min(start + samples, piece.Length), 0f, 0f, 0f);
        for (var (i, at) = (start, 0); i < end; i++)
        {
            var sample = line[at];
            var mean = _damping * 0.5f * (sample + last);
            output = tuning * (mean - output) + input;
            (last, input, line[at]) = (sample, mean, output);
            at = at + 1 == line.Length ? 0 : at + 1;
            piece[i] += sample * Math.Min(1f, (start + samples - i) / (float)release);
        }
    }

    /// <summary>A bowed string: a tone with harmonics that swells in, trembles and dies away.</summary>
    public void Bow(Span<float> piece, int start, int samples, double hertz, float amplitude, Random random)
    {
        var (attack, release) = (samples / 8 + 1, samples / 5 + 1);
        var (phase, tremble) = (random.NextDouble(), 2 * Math.PI * random.NextDouble());
        var (step, end) = (hertz / Rate, Math.Min(start + samples, piece.Length));
        for (var i = start; i < end; i++)
        {
            if ((i - start) % 64 == 0)
            {
                step = hertz / Rate * (1 + Vibrato * Math.Sin(tremble + 2 * Math.PI * VibratoHertz * (i - start) / Rate));
            }

            var envelope = Math.Min(1f, Math.Min((i - start) / (float)attack, (start + samples - i) / (float)release));
            piece[i] += amplitude * envelope * _bowed.At(phase);
            phase += step;
        }
    }

    /// <summary>A big drum: a sine that falls from 150 to 50 Hz.</summary>
    public static void Kick(Span<float> piece, int start, float amplitude)
    {
        const double Seconds = 0.15;
        var (phase, end) = (0.0, Math.Min(start + (int)(Seconds * Rate), piece.Length));
        for (var i = start; i < end; i++)
        {
            var t = (double)(i - start) / Rate;
            phase += (50 + 100 * Math.Exp(-t / 0.02)) / Rate;
            piece[i] += (float)(amplitude * (1 - t / Seconds) * Math.Sin(2 * Math.PI * phase));
        }
    }

    /// <summary>A cymbal if short, a snare if long: bright noise that dies away.</summary>
    public static void Hiss(Span<float> piece, int start, double seconds, float amplitude, Random random)
    {
        var (end, fade) = (Math.Min(start + (int)(seconds * Rate), piece.Length), (float)Math.Exp(-5 / (seconds * Rate)));
        var before = 0f;
        for (var i = start; i < end; i++)
        {
            var noise = (float)(2 * random.NextDouble() - 1);
            piece[i] += amplitude * (noise - before);
            (before, amplitude) = (noise, amplitude * fade);
        }
    }
}
