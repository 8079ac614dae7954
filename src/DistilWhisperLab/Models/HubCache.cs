using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Models;

/// <summary>
/// A model's place in the Hugging Face cache, shared with its other tools: <c>blobs/</c> by content,
/// <c>snapshots/COMMIT/</c> with links into them under the files' names, <c>refs/main</c> with the commit.
/// </summary>
internal sealed class HubCache(string cache, string model)
{
    private readonly string _folder = Path.Combine(cache, "models--" + model.Replace("/", "--"));

    /// <summary>The cache's folder, for messages.</summary>
    public string Root => cache;

    /// <summary>The hub name.</summary>
    public string Model => model;

    /// <summary>The current snapshot, where it holds a configuration and all weights; else null.</summary>
    public string? Complete()
    {
        var reference = Path.Combine(_folder, "refs", "main");
        if (!File.Exists(reference))
        {
            return null;
        }

        var snapshot = Snapshot(File.ReadAllText(reference).Trim());
        return File.Exists(Path.Combine(snapshot, "config.json")) && HasWeights(snapshot) ? snapshot : null;
    }

    /// <summary>The folder of a commit's files.</summary>
    public string Snapshot(string commit) => Path.Combine(_folder, "snapshots", commit);

    /// <summary>The file for a content, by its tag.</summary>
    public string Blob(string tag) => Path.Combine(_folder, "blobs", tag);

    /// <summary>Gives a content its name in a snapshot.</summary>
    public void Link(string commit, string file, string tag)
    {
        var link = Path.Combine(Snapshot(commit), file);
        if (File.Exists(link))
        {
            return;
        }

        Directory.CreateDirectory(Snapshot(commit));
        File.Delete(link); // one that points nowhere
        try
        {
            File.CreateSymbolicLink(link, Path.Combine("..", "..", "blobs", tag));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Move(Blob(tag), link); // where links need rights that the user lacks
        }
    }

    /// <summary>Makes a commit the current one, once its files are there.</summary>
    public void Finish(string commit) => AtomicFile.WriteText(Path.Combine(_folder, "refs", "main"), commit);

    /// <summary>The shards that an index names.</summary>
    /// <exception cref="CheckpointException">It is no index, or names files elsewhere.</exception>
    public static IReadOnlyList<string> Shards(string index) => SafetensorsDirectory.Shards(index, prefix: "");

    private static bool HasWeights(string snapshot)
    {
        var index = Path.Combine(snapshot, SafetensorsDirectory.IndexFile);
        return File.Exists(Path.Combine(snapshot, Checkpoint.WeightsFile))
            || (File.Exists(index) && Shards(index).All(shard => File.Exists(Path.Combine(snapshot, shard))));
    }
}
