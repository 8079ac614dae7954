using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>
/// Utterances with their audio, in any of the formats that <see cref="Open"/> knows. A view, such as
/// <see cref="Take"/> gives, is a corpus too; audio is decoded when it is asked for, whatever the corpus's size.
/// </summary>
public sealed class Corpus
{
    private readonly CorpusSource _source;
    private readonly DecodedRecordings _recordings;
    private readonly Dictionary<string, JoinedUtterance> _joined;

    private Corpus(string location, CorpusSource source)
    {
        (Location, _source, _recordings, _joined) = (location, source, new DecodedRecordings(source.Decode), []);
        Utterances = source.Utterances;
    }

    private Corpus(Corpus whole, IEnumerable<Utterance> utterances, Dictionary<string, JoinedUtterance> joined)
    {
        (Location, _source, _recordings, _joined) = (whole.Location, whole._source, whole._recordings, joined);
        Utterances = [.. utterances];
    }

    /// <summary>The path that was opened, without the splits behind it.</summary>
    public string Location { get; }

    /// <summary>The rows, in the corpus's order.</summary>
    public IReadOnlyList<Utterance> Utterances { get; }

    /// <summary>The names of the domains, in the order in which they first occur.</summary>
    public IReadOnlyList<string> Domains => [.. Utterances.Select(u => u.Domain).Distinct()];

    /// <summary>The names of the splits, in the order in which they first occur.</summary>
    public IReadOnlyList<string> Splits => [.. Utterances.Select(u => u.Split).Distinct()];

    /// <summary>Hours of audio; of speech alone where nothing is joined.</summary>
    public double Hours => Utterances.Sum(u => u.Duration) / 3600;

    /// <summary>Opens a split of the corpus in data/.</summary>
    /// <param name="split">Its name, for example <c>test</c>.</param>
    /// <exception cref="CorpusException">As for <see cref="Open"/>.</exception>
    public static Corpus Shipped(string split) => Open(Path.Combine(LabPaths.Data, "corpus", split + ".jsonl"));

    /// <summary>
    /// Opens a corpus: a manifest of JSON lines, a Parquet file or a folder of Parquet shards as Hugging Face
    /// <c>datasets</c> writes them, a directory in LibriSpeech's layout, or a table of Common Voice. Where the format
    /// gives no durations, they are taken from the audio once and kept in a file beside it.
    /// </summary>
    /// <param name="path">
    /// The file or folder. With splits behind it, as in <c>speech:train</c> or <c>speech:train+validation</c>, only their
    /// utterances.
    /// </param>
    /// <param name="progress">Told of the audio whose duration is taken.</param>
    /// <param name="stop">Ends the taking of durations; those taken are kept. Null where nothing does.</param>
    /// <exception cref="CorpusException">
    /// There is nothing at the path or nothing that is a corpus, it lacks a split, or a row is wrong or names audio that
    /// is missing.
    /// </exception>
    public static Corpus Open(string path, IProgress<Progress>? progress = null, CancellationToken? stop = null)
    {
        var (place, splits) = CorpusPath.Parse(path);
        var whole = new Corpus(place, CorpusFormats.Open(place, progress, stop ?? CancellationToken.None));
        return splits is null ? whole : whole.OfSplits(splits);
    }

    /// <summary>
    /// Opens a corpus to train on: where it has several splits, the path must say which, lest a test set be learned.
    /// </summary>
    /// <inheritdoc cref="Open"/>
    public static Corpus OpenForTraining(string path, IProgress<Progress>? progress = null, CancellationToken? stop = null)
    {
        var corpus = Open(path, progress, stop);
        return CorpusPath.Parse(path).Splits is not null || corpus.Splits is not [var first, _, ..]
            ? corpus
            : throw new CorpusException($"{path} has the splits {string.Join(", ", corpus.Splits)}; say which of them to learn from, as in {path}:{first}, several with a plus sign between them.");
    }

    /// <summary>The first <paramref name="count"/> utterances only.</summary>
    public Corpus Take(int count) => new(this, Utterances.Take(count), _joined);

    private Corpus OfSplits(IReadOnlyList<string> names) =>
        names.Except(Splits).FirstOrDefault() is { } unknown
            ? throw new CorpusException($"{Location} has no split {unknown}; it has {string.Join(", ", Splits)}.")
            : Where(u => names.Contains(u.Split));

    /// <summary>
    /// How many utterances each speaker's turn has, in order: neighbours of one recording in one voice. They share voice,
    /// room and noise, so a bootstrap draws them together.
    /// </summary>
    public IReadOnlyList<int> Turns => Utterance.TurnsOf(Utterances);

    /// <summary>The utterances for which a condition holds only.</summary>
    public Corpus Where(Func<Utterance, bool> condition) => new(this, Utterances.Where(condition), _joined);

    /// <summary>
    /// <paramref name="count"/> utterances spread evenly over the domains: the first of each, the second of each, and
    /// so on until there are enough. They stay in the corpus's order, so that each recording is decoded once.
    /// </summary>
    public Corpus AcrossDomains(int count)
    {
        var chosen = Utterances.Index()
            .GroupBy(u => u.Item.Domain)
            .SelectMany(domain => domain.Index())
            .OrderBy(u => u.Index) // stable: domains keep their order within a round
            .Take(count)
            .Select(u => u.Item.Index)
            .Order();
        return new Corpus(this, chosen.Select(i => Utterances[i]), _joined);
    }

    /// <summary>
    /// Consecutive utterances of one recording and one voice joined to rows as long as fit a window, as the paper packs
    /// its training audio up to 30 s. Where they lie in one file, a row's audio runs from the first one's start to the last one's
    /// end, pauses included; where each has a file of its own, their audio is put together without pauses. The text is
    /// joined by spaces, faults by commas; the id is the first one's with how many follow it, for example <c>a-17+3</c>.
    /// An utterance longer than the window stays as it is.
    /// </summary>
    public Corpus Join(double windowSeconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(windowSeconds);
        var rows = Utterances.Select(u => _joined.GetValueOrDefault(u.Id) ?? new JoinedUtterance(u, [u]));
        var joined = JoinedUtterance.Join(rows, windowSeconds).ToList();
        return new Corpus(this, joined.Select(j => j.Row), joined.Where(j => j.Parts.Count > 1).ToDictionary(j => j.Row.Id));
    }

    /// <summary>The utterances that a window holds, as the paper leaves out what is longer than 30 s.</summary>
    /// <param name="seconds">The window.</param>
    /// <param name="progress">Told how many are left out, if any.</param>
    /// <exception cref="CorpusException">It holds none.</exception>
    public Corpus Fitting(double seconds, IProgress<Progress>? progress)
    {
        var rest = Where(u => u.Fits(seconds));
        if (rest.Utterances.Count == 0)
        {
            throw new CorpusException($"None of the {Utterances.Count} utterances of {Location} fits a window of {seconds:0.##} s; cut them, or take a model with a longer window.");
        }

        if (rest.Utterances.Count < Utterances.Count)
        {
            progress?.Report(new Progress(
                $"{Path.GetFileName(Location)}: utterances within {seconds:0.##} s", rest.Utterances.Count, rest.Utterances.Count, $"{Utterances.Count - rest.Utterances.Count} left out as too long"));
        }

        return rest;
    }

    /// <summary>
    /// An utterance's audio, mono at 16 kHz. The last few recordings stay decoded, so reading in the corpus's order
    /// decodes each once. Safe to call from several threads.
    /// </summary>
    /// <exception cref="CorpusException">The utterance ends after its recording, or the recording is no audio.</exception>
    public AudioClip Audio(Utterance utterance)
    {
        var clips = Spans(utterance).Select(Cut).ToList();
        return clips is [var whole] ? whole : new AudioClip([.. clips.SelectMany(c => c.Samples)], clips[0].SampleRate);
    }

    /// <summary>Every utterance with its audio, in the corpus's order, one at a time.</summary>
    public IEnumerable<(Utterance Utterance, AudioClip Clip)> Stream() => Utterances.Select(u => (u, Audio(u)));

    /// <summary>The files that hold the audio of an utterance.</summary>
    internal IEnumerable<string> Files(Utterance utterance) =>
        Spans(utterance).Select(s => _source.File(s.First.Audio)).Distinct();

    private IEnumerable<AudioSpan> Spans(Utterance utterance) =>
        _joined.TryGetValue(utterance.Id, out var joined) ? joined.Spans : [new AudioSpan(utterance, utterance)];

    private AudioClip Cut(AudioSpan span)
    {
        AudioClip recording;
        try
        {
            recording = _recordings.Get(span.First.Audio);
        }
        catch (AudioException e)
        {
            throw new CorpusException($"{Place(span.First)} has no usable audio: {e.Message}", e);
        }

        return span.End <= recording.Duration + _source.EndTolerance
            ? recording.Slice(span.Start, span.End - span.Start)
            : throw new CorpusException(
                $"{Place(span.Last)} ends at {span.End:0.00} s, but its recording {span.Last.Audio} lasts {recording.Duration:0.00} s.");
    }

    private string Place(Utterance utterance) =>
        _source.Place(_source.Utterances.Index().First(u => u.Item.Id == utterance.Id).Index);
}
