namespace DistilWhisperLab.Audio.Acoustics;

/// <summary>
/// A piece of music for backgrounds: four bars of chords in a random key and tempo that come again and again, above
/// them a melody that wanders over the scale, a bass, and mostly drums. Notes are plucked or bowed.
/// </summary>
internal sealed class Tune
{
    private const int Rate = LogMelSpectrogram.SampleRate;
    private const int BeatsPerBar = 4;
    private const int HighestNote = 81; // eight harmonics of its 880 Hz stay below 8 kHz
    private static readonly int[] Major = [0, 2, 4, 5, 7, 9, 11];
    private static readonly int[] Minor = [0, 2, 3, 5, 7, 8, 10];

    private readonly int[] _scale;
    private readonly int _key;
    private readonly int _beat;
    private readonly int[] _chords;
    private readonly bool _pluckedChords;
    private readonly bool _pluckedMelody;
    private readonly bool _drums;
    private readonly Instruments _instruments;

    /// <summary>Draws the key, the tempo of 70 to 140 beats a minute, the chords and the instruments.</summary>
    public Tune(Random random)
    {
        _scale = random.Next(2) == 0 ? Major : Minor;
        _key = random.Next(45, 57); // A of 110 Hz and up, as MIDI numbers the notes
        _beat = (int)(60.0 * Rate / (70 + 70 * random.NextDouble()));
        _chords = [0, random.Next(1, 6), random.Next(1, 6), random.Next(2) == 0 ? 3 : 4];
        _pluckedChords = random.Next(2) == 0;
        _pluckedMelody = random.Next(2) == 0;
        _drums = random.NextDouble() < 0.7;
        _instruments = new Instruments(random);
    }

    /// <summary>Plays from anywhere in a bar, [samples], at no particular level.</summary>
    public float[] Play(int samples, Random random)
    {
        var bar = BeatsPerBar * _beat;
        var lead = random.Next(bar);
        var piece = new float[lead + samples];
        var step = 7;
        for (var (start, count) = (0, random.Next(_chords.Length)); start < piece.Length; start += bar, count++)
        {
            var chord = _chords[count % _chords.Length];
            Chord(piece, start, chord, random);
            step = Melody(piece, start, step, random);
            if (_drums)
            {
                Drums(piece, start, random);
            }
        }

        return piece[lead..];
    }

    private void Chord(float[] piece, int start, int chord, Random random)
    {
        foreach (var third in (int[])[0, 2, 4])
        {
            if (_pluckedChords)
            {
                for (var beat = 0; beat < BeatsPerBar; beat++)
                {
                    _instruments.Pluck(piece, start + beat * _beat + third * _beat / 8, 2 * _beat, Hertz(chord + third), 0.35f, random);
                }
            }
            else
            {
                _instruments.Bow(piece, start, BeatsPerBar * _beat, Hertz(chord + third), 0.15f, random);
            }
        }

        for (var beat = 0; beat < BeatsPerBar; beat += 2)
        {
            _instruments.Pluck(piece, start + beat * _beat, 2 * _beat, Hertz(chord) / 2, 0.6f, random);
        }
    }

    private int Melody(float[] piece, int start, int step, Random random)
    {
        var half = _beat / 2;
        for (var at = 0; at < 2 * BeatsPerBar;)
        {
            var length = Math.Min(1 << random.Next(3), 2 * BeatsPerBar - at); // a quaver, a crotchet or a minim
            step = Math.Clamp(step + random.Next(-2, 3), 5, 14);
            if (random.NextDouble() < 0.8)
            {
                if (_pluckedMelody)
                {
                    _instruments.Pluck(piece, start + at * half, length * half + half, Hertz(step), 0.6f, random);
                }
                else
                {
                    _instruments.Bow(piece, start + at * half, length * half, Hertz(step), 0.3f, random);
                }
            }

            at += length;
        }

        return step;
    }

    private void Drums(float[] piece, int start, Random random)
    {
        for (var half = 0; half < 2 * BeatsPerBar; half++)
        {
            var at = start + half * _beat / 2;
            Instruments.Hiss(piece, at, 0.05, 0.15f, random);
            if (half % 4 == 0)
            {
                Instruments.Kick(piece, at, 0.8f);
            }
            else if (half % 4 == 2)
            {
                Instruments.Hiss(piece, at, 0.2, 0.35f, random);
            }
        }
    }

    /// <summary>The pitch of a step of the scale above the key, in equal temperament.</summary>
    private double Hertz(int step)
    {
        var note = _key + 12 * (step / _scale.Length) + _scale[step % _scale.Length];
        var octaves = Math.Max(0, (note - HighestNote + 11) / 12);
        return 440 * Math.Pow(2, (note - 12 * octaves - 69) / 12.0);
    }
}
