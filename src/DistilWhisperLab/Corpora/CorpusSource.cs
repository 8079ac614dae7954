using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora;

/// <summary>A corpus as one of the formats holds it.</summary>
/// <param name="Utterances">All rows, in the format's order.</param>
/// <param name="Place">How a message names a row, counted from 0.</param>
/// <param name="File">The file that holds the audio which <see cref="Utterance.Audio"/> names.</param>
/// <param name="Decode">That audio, mono at 16 kHz; safe to call from several threads.</param>
internal sealed record CorpusSource(
    IReadOnlyList<Utterance> Utterances,
    Func<int, string> Place,
    Func<string, string> File,
    Func<string, AudioClip> Decode)
{
    /// <summary>
    /// By how many seconds an utterance may end after its audio: a compressed file may end up to a block earlier than
    /// what was put in.
    /// </summary>
    public double EndTolerance { get; init; } = 0.05;

    /// <summary>A corpus of audio files in a folder.</summary>
    public static CorpusSource OfFiles(string folder, IReadOnlyList<Utterance> utterances, Func<int, string> place)
    {
        string PathOf(string audio) => Path.Combine(folder, audio);
        return new CorpusSource(utterances, place, PathOf, audio => AudioFile.Load(PathOf(audio)));
    }

    /// <summary>
    /// A corpus of audio files in a folder, of which each is one utterance. A duration that no table gives (0) is taken
    /// from the file, once (<see cref="DurationIndex"/>).
    /// </summary>
    /// <exception cref="CorpusException">A file is no audio, or two rows have one id.</exception>
    public static CorpusSource OfWholeFiles(
        string folder, IReadOnlyList<Utterance> utterances, Func<int, string> place, IProgress<Progress>? progress, CancellationToken stop)
    {
        CheckIds(utterances, place);
        var files = OfFiles(folder, utterances, place);
        return files with
        {
            Utterances = DurationIndex.Fill(folder, files, audio => AudioLength.Seconds(files.File(audio)), progress, stop),
        };
    }

    /// <summary>Throws where two rows have one id.</summary>
    public static void CheckIds(IReadOnlyList<Utterance> utterances, Func<int, string> place)
    {
        var known = new HashSet<string>(utterances.Count);
        foreach (var (row, utterance) in utterances.Index())
        {
            if (!known.Add(utterance.Id))
            {
                throw new CorpusException($"{place(row)} has the id {utterance.Id}, which an earlier row has already.");
            }
        }
    }

    /// <summary>The lines of a text file of the corpus, one at a time, without blank ones at its end.</summary>
    /// <exception cref="CorpusException">The file cannot be read.</exception>
    public static IEnumerable<string> Lines(string path)
    {
        using var reader = Readable(() => new StreamReader(path));
        var blank = new Queue<string>();
        while (Readable(reader.ReadLine) is { } line)
        {
            blank.Enqueue(line);
            while (!string.IsNullOrWhiteSpace(line) && blank.TryDequeue(out var next))
            {
                yield return next;
            }
        }

        T Readable<T>(Func<T> read)
        {
            try
            {
                return read();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CorpusException($"{path} cannot be read: {e.Message}", e);
            }
        }
    }
}
