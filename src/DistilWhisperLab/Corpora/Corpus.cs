using System.Text.Json;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>Utterances with their audio: a manifest in JSON lines and the recordings that it names.</summary>
public sealed class Corpus
{
    private readonly string _path;
    private (string Name, AudioClip Clip)? _recording;

    private Corpus(string path, IReadOnlyList<Utterance> utterances)
    {
        (_path, Utterances) = (path, utterances);
    }

    /// <summary>The rows of the manifest.</summary>
    public IReadOnlyList<Utterance> Utterances { get; }

    /// <summary>A split of the shipped corpus.</summary>
    /// <param name="split">Its name, for example <c>test</c>.</param>
    public static Corpus Shipped(string split) => Open(Path.Combine(LabPaths.Data, "corpus", split + ".jsonl"));

    /// <summary>Opens a manifest; audio is read when it is asked for.</summary>
    /// <exception cref="CorpusException">The manifest is missing, a line is wrong or names a missing file.</exception>
    public static Corpus Open(string manifest)
    {
        if (!File.Exists(manifest))
        {
            throw new CorpusException($"{manifest} does not exist; lab corpus build makes the lab's own corpus.");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(manifest))!;
        var utterances = new List<Utterance>();
        var known = new HashSet<string>();
        foreach (var (index, utterance) in ReadRows(manifest).Index())
        {
            if (known.Add(utterance.Audio) && !File.Exists(Path.Combine(folder, utterance.Audio)))
            {
                throw new CorpusException($"{manifest}, line {index + 1}: the recording {utterance.Audio} does not exist beside the manifest.");
            }

            utterances.Add(utterance);
        }

        return utterances.Count > 0
            ? new Corpus(manifest, utterances)
            : throw new CorpusException($"{manifest} holds no utterance.");
    }

    /// <summary>The first utterances only, for a quick look.</summary>
    public Corpus Take(int count) => new(_path, [.. Utterances.Take(count)]);

    /// <summary>An utterance's audio at 16 kHz. The last recording stays in memory, so reading in order is fast.</summary>
    /// <exception cref="CorpusException">The utterance lies outside its recording.</exception>
    public AudioClip Audio(Utterance utterance)
    {
        if (_recording?.Name != utterance.Audio)
        {
            var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_path))!, utterance.Audio);
            _recording = (utterance.Audio, AudioFile.Load(path));
        }

        var recording = _recording.Value.Clip;
        // A compressed recording may be a frame shorter than what was put in.
        const double tolerance = 0.05;
        return utterance.Start + utterance.Duration <= recording.Duration + tolerance
            ? recording.Slice(utterance.Start, utterance.Duration)
            : throw new CorpusException($"{_path}: utterance {utterance.Id} ends at {utterance.Start + utterance.Duration:0.00} s, but {utterance.Audio} lasts {recording.Duration:0.00} s.");
    }

    /// <summary>Every utterance with its audio, in the manifest's order.</summary>
    public IEnumerable<(Utterance Utterance, AudioClip Clip)> Stream() => Utterances.Select(u => (u, Audio(u)));

    /// <summary>The rows of a manifest, whether or not their audio is there.</summary>
    internal static IEnumerable<Utterance> ReadRows(string manifest) =>
        File.ReadLines(manifest).Select((line, index) => Parse(line, $"{manifest}, line {index + 1}"));

    /// <summary>Writes a manifest.</summary>
    internal static void Write(string manifest, IEnumerable<Utterance> utterances) =>
        AtomicFile.WriteText(manifest, string.Concat(utterances.Select(u => JsonSerializer.Serialize(u, Json) + "\n")));

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static Utterance Parse(string line, string where)
    {
        try
        {
            var utterance = JsonSerializer.Deserialize<Utterance>(line, Json) ?? throw new CorpusException($"{where} is null.");
            return utterance.Start >= 0 && utterance.Duration > 0
                ? utterance
                : throw new CorpusException($"{where}: start {utterance.Start} s and duration {utterance.Duration} s are no span of a recording.");
        }
        catch (JsonException e)
        {
            throw new CorpusException($"{where} is not a row of a manifest: {e.Message}", e);
        }
    }
}
