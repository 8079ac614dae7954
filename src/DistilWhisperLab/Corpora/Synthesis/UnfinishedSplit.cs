using System.Security.Cryptography;
using System.Text;
using DistilWhisperLab.Audio;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>
/// A split while it is built, in <c>.parts/{split}/</c>: finished recordings, each with its rows. An earlier split of
/// that name stays until the last recording of this one is finished. What was begun with another specification, or with
/// other versions of the programs that speak and encode, is not gone on with: they make other samples.
/// </summary>
internal sealed class UnfinishedSplit
{
    private readonly string _directory;
    private readonly string _split;
    private readonly string _parts;
    private readonly string _identity;

    /// <summary>Takes up the unfinished build of the same content in a folder, or begins one.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="split">The split's name.</param>
    /// <param name="content">All of the specification that decides the audio.</param>
    /// <param name="programs">The programs that make it, with their versions.</param>
    public UnfinishedSplit(string directory, string split, string content, IReadOnlyDictionary<string, string> programs)
    {
        (_directory, _split, _parts) = (directory, split, Path.Combine(directory, ".parts", split));
        var identity = Path.Combine(_parts, "specification");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        _identity = string.Concat(programs.Select(p => $"{p.Key} {p.Value}\n").Prepend($"specification {hash}\n"));
        IsFinished = LiesThereWhole();
        if (!IsFinished && (!File.Exists(identity) || File.ReadAllText(identity) != _identity))
        {
            Remove(_parts);
            AtomicFile.WriteText(identity, _identity);
        }
    }

    /// <summary>Whether the split was built whole, of the same content, and still is.</summary>
    public bool IsFinished { get; }

    /// <summary>Whether a recording is finished.</summary>
    public bool Has(string recording) => File.Exists(Rows(recording)) && File.Exists(Audio(recording));

    /// <summary>Keeps a finished recording. Its rows come last: they say that the audio is complete.</summary>
    public async Task SaveAsync(string recording, AudioClip clip, IEnumerable<Utterance> rows, CancellationToken stop)
    {
        await VorbisFile.WriteAsync(Audio(recording), clip, stop);
        Manifest.Write(Rows(recording), rows);
    }

    /// <summary>Puts the recordings in their place and writes the manifest.</summary>
    /// <param name="recordings">All recordings, in order.</param>
    public void Finish(IReadOnlyList<string> recordings)
    {
        var rows = recordings.SelectMany(r => Manifest.Read(Rows(r))).ToList();
        var folder = Path.Combine(_directory, _split);
        File.Delete(Manifested);
        Remove(folder);
        Directory.CreateDirectory(folder);
        foreach (var recording in recordings)
        {
            File.Move(Audio(recording), Path.Combine(folder, recording + ".ogg"));
        }

        AtomicFile.WriteText(Finished, _identity);
        Manifest.Write(Manifested, rows);
        Remove(_parts);
        var all = Path.GetDirectoryName(_parts)!;
        if (!Directory.EnumerateFileSystemEntries(all).Any())
        {
            Directory.Delete(all);
        }
    }

    private bool LiesThereWhole()
    {
        try
        {
            return File.Exists(Manifested) && File.Exists(Finished) && File.ReadAllText(Finished) == _identity
                && Manifest.Read(Manifested).Select(u => u.Audio).Distinct().All(audio => File.Exists(Path.Combine(_directory, audio)));
        }
        catch (CorpusException)
        {
            return false; // Its manifest is damaged, so it is built again.
        }
    }

    private string Manifested => Path.Combine(_directory, _split + ".jsonl");

    private string Finished => Path.Combine(_directory, _split, ".specification");

    private string Rows(string recording) => Path.Combine(_parts, recording + ".jsonl");

    private string Audio(string recording) => Path.Combine(_parts, recording + ".ogg");

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
