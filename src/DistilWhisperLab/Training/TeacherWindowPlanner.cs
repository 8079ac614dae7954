using DistilWhisperLab.Audio;
using DistilWhisperLab.Models;

namespace DistilWhisperLab.Training;

/// <summary>Decides what the windows of a batch hold: which utterances, how fast, where.</summary>
internal sealed class TeacherWindowPlanner
{
    /// <summary>Samples of one encoder position.</summary>
    public const int Stride = 2 * LogMelSpectrogram.HopLength;

    // Windows cropped to few different lengths keep libtorch's cache of convolutions small.
    private const int CropTo = 10 * Stride;

    private const int SampleRate = LogMelSpectrogram.SampleRate;
    private const int StartEndAndSlack = 4;
    private const int MostBefore = 5;
    private const double LongPauses = 0.25;

    private readonly TeacherSettings _settings;
    private readonly IReadOnlyList<SpeechExample> _examples;
    private readonly Dictionary<(string Recording, int Position), int> _places;
    private readonly int _window;
    private readonly int _mostTokens;

    public TeacherWindowPlanner(TeacherSettings settings, WhisperConfig config, IReadOnlyList<SpeechExample> examples)
    {
        (_settings, _examples) = (settings, examples);
        (_window, _mostTokens) = (config.WindowSamples, config.MaxTargetPositions);
        _places = [];
        for (var i = 0; i < examples.Count; i++)
        {
            _places[(examples[i].Recording, examples[i].Position)] = i;
        }
    }

    /// <summary>One utterance a window, from its beginning on, all cropped to the longest.</summary>
    public (IReadOnlyList<TeacherWindow> Windows, int Samples) Cropped(IReadOnlyList<int> utterances, Random random)
    {
        TeacherWindow[] windows = [.. utterances.Select(i =>
            new TeacherWindow([new PlacedSpeech(_examples[i], Speed(_examples[i], random), 0)], null, Timestamps: false))];
        return (windows, Crop(windows.Max(w => w.Speech[0].Length)));
    }

    /// <summary>One utterance a window, somewhere in it; all windows a little longer than the longest utterance.</summary>
    public (IReadOnlyList<TeacherWindow> Windows, int Samples) Single(IReadOnlyList<int> utterances, Random random)
    {
        PlacedSpeech[] speech = [.. utterances.Select(i => new PlacedSpeech(_examples[i], Speed(_examples[i], random), 0))];
        var samples = Crop(speech.Max(s => s.Length) + random.Next(SampleRate));
        return ([.. speech.Select(s => Speechless(random) ?? Place(s, samples, random))], samples);
    }

    /// <summary>Whole windows, most of them filled with what follows the utterance in its recording.</summary>
    public (IReadOnlyList<TeacherWindow> Windows, int Samples) Joined(IReadOnlyList<int> utterances, Random random) =>
        ([.. utterances.Select(i => Behind(i, random, Speechless(random)
            ?? (random.NextDouble() < _settings.SingleShare
                ? Place(new PlacedSpeech(_examples[i], Speed(_examples[i], random), 0), _window, random)
                : Fill(i, random))))], _window);

    /// <summary>The window with the text of what comes before its first utterance in the recording, or as it is.</summary>
    private TeacherWindow Behind(int first, Random random, TeacherWindow window)
    {
        if (random.NextDouble() >= _settings.PreviousTextProbability)
        {
            return window;
        }

        var (before, most) = (new List<SpeechExample>(), random.Next(1, MostBefore + 1));
        for (var at = Neighbour(first, -1); at is { } i && before.Count < most; at = Neighbour(i, -1))
        {
            before.Insert(0, _examples[i]);
        }

        return window with { Before = before };
    }

    private TeacherWindow? Speechless(Random random) =>
        random.NextDouble() < _settings.SpeechlessShare ? new TeacherWindow([], null, random.Next(2) == 0) : null;

    private TeacherWindow Place(PlacedSpeech speech, int samples, Random random)
    {
        // Half of the windows begin with the utterance, as a clip does.
        var from = random.Next(2) == 0 ? random.Next(Math.Max(0, samples - speech.Length) + 1) : 0;
        return new TeacherWindow([speech with { From = from }], null, Timestamps(random));
    }

    private TeacherWindow Fill(int first, Random random)
    {
        var (speech, timestamps) = (new List<PlacedSpeech>(), Timestamps(random));
        var speed = Speed(_examples[first], random);
        var (next, tokens) = (first, StartEndAndSlack);
        var at = random.Next(2) == 0 ? random.Next(Math.Min(SampleRate, _window - SpeechAugmentation.Length(_examples[first].Samples.Length, speed)) + 1) : 0;
        while (true)
        {
            var placed = new PlacedSpeech(_examples[next], speed, at);
            if (placed.To > _window || tokens + _examples[next].Tokens.Length > _mostTokens)
            {
                // Too little of an utterance is not recognised as one.
                var cutOff = timestamps && _window - at > SampleRate / 2 && placed.To > _window && random.Next(2) == 0;
                return new TeacherWindow(speech, cutOff ? placed : null, timestamps);
            }

            speech.Add(placed);
            tokens += _examples[next].Tokens.Length + 2;
            at = placed.To + Pause(random);
            next = Neighbour(next, 1) ?? random.Next(_examples.Count);
        }
    }

    /// <summary>Mostly a breath of 0.1 to 0.8 s; else any length up to the window's.</summary>
    private int Pause(Random random) => random.NextDouble() < LongPauses
        ? random.Next(_window)
        : random.Next(SampleRate / 10, SampleRate * 4 / 5);

    private int? Neighbour(int utterance, int step) =>
        _places.TryGetValue((_examples[utterance].Recording, _examples[utterance].Position + step), out var found) ? found : null;

    private bool Timestamps(Random random) => random.NextDouble() < _settings.TimestampProbability;

    private double Speed(SpeechExample example, Random random)
    {
        var speed = random.NextDouble() < _settings.SpeedShare ? 0.9 + 0.2 * random.NextDouble() : 1;
        return Math.Max(speed, (double)example.Samples.Length / _window);
    }

    private int Crop(int samples) => Math.Min(_window, (samples + CropTo - 1) / CropTo * CropTo);
}
