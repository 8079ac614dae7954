using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>Utterances with their audio: a manifest and the recordings that it names.</summary>
public sealed class Corpus
{
    // A recording of ten minutes takes 38 MB.
    private const int RecordingsInMemory = 4;

    // A compressed file may end up to a block earlier than what was put in.
    private const double EndTolerance = 0.05;

    private readonly string _manifest;
    private readonly Dictionary<string, int> _lines;
    private readonly LinkedList<(string Audio, AudioClip Clip)> _recordings = [];

    private Corpus(string manifest, IReadOnlyList<Utterance> utterances, Dictionary<string, int> lines)
    {
        (_manifest, Utterances, _lines) = (manifest, utterances, lines);
    }

    /// <summary>The rows of the manifest, in its order.</summary>
    public IReadOnlyList<Utterance> Utterances { get; }

    /// <summary>Opens a split of the corpus in data/.</summary>
    /// <param name="split">Its name, for example <c>test</c>.</param>
    /// <exception cref="CorpusException">As for <see cref="Open"/>.</exception>
    public static Corpus Shipped(string split) => Open(Path.Combine(LabPaths.Data, "corpus", split + ".jsonl"));

    /// <summary>Opens a manifest. Audio is decoded when it is asked for.</summary>
    /// <exception cref="CorpusException">The manifest is missing, or a line is wrong or names a missing file.</exception>
    public static Corpus Open(string manifestPath)
    {
        var utterances = Manifest.Read(manifestPath);
        var folder = Path.GetDirectoryName(Path.GetFullPath(manifestPath))!;
        var known = new HashSet<string>();
        var lines = new Dictionary<string, int>();
        foreach (var (row, utterance) in utterances.Index())
        {
            if (known.Add(utterance.Audio) && !File.Exists(Path.Combine(folder, utterance.Audio)))
            {
                throw new CorpusException($"{Manifest.Place(manifestPath, row)} names the recording {utterance.Audio}, which does not exist beside the manifest.");
            }

            lines[utterance.Id] = row;
        }

        return new Corpus(manifestPath, utterances, lines);
    }

    /// <summary>The first <paramref name="count"/> utterances only.</summary>
    public Corpus Take(int count) => new(_manifest, [.. Utterances.Take(count)], _lines);

    /// <summary>The utterances for which a condition holds only.</summary>
    public Corpus Where(Func<Utterance, bool> condition) => new(_manifest, [.. Utterances.Where(condition)], _lines);

    /// <summary>The path of an utterance's recording.</summary>
    internal string PathOf(Utterance utterance) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_manifest))!, utterance.Audio);

    /// <summary>
    /// An utterance's audio, mono at 16 kHz. The last few recordings stay decoded, so reading in the manifest's order
    /// decodes each once. Safe to call from several threads.
    /// </summary>
    /// <exception cref="CorpusException">The utterance ends after its recording.</exception>
    /// <exception cref="AudioException">The recording is no audio.</exception>
    public AudioClip Audio(Utterance utterance)
    {
        var recording = Recording(utterance.Audio);
        var end = utterance.Start + utterance.Duration;
        return end <= recording.Duration + EndTolerance
            ? recording.Slice(utterance.Start, utterance.Duration)
            : throw new CorpusException($"{Manifest.Place(_manifest, _lines[utterance.Id])} ends at {end:0.00} s, but its recording {utterance.Audio} lasts {recording.Duration:0.00} s.");
    }

    /// <summary>Every utterance with its audio, in the manifest's order, one at a time.</summary>
    public IEnumerable<(Utterance Utterance, AudioClip Clip)> Stream() => Utterances.Select(u => (u, Audio(u)));

    private AudioClip Recording(string audio)
    {
        lock (_recordings)
        {
            var found = _recordings.FirstOrDefault(r => r.Audio == audio);
            if (found.Clip is null)
            {
                found = (audio, AudioFile.Load(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_manifest))!, audio)));
                if (_recordings.Count == RecordingsInMemory)
                {
                    _recordings.RemoveLast();
                }
            }
            else
            {
                _recordings.Remove(found);
            }

            _recordings.AddFirst(found);
            return found.Clip;
        }
    }
}
