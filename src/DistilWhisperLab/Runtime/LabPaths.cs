namespace DistilWhisperLab.Runtime;

/// <summary>Where the lab's own files lie: the shipped data, the notebooks, the results.</summary>
public static class LabPaths
{
    private const string Marker = "DistilWhisperLab.sln";
    private const string Variable = "DISTILWHISPERLAB_HOME";

    /// <summary>
    /// The repository's root: the environment variable DISTILWHISPERLAB_HOME, else the folder above the current one
    /// or above the library's assembly that holds DistilWhisperLab.sln.
    /// </summary>
    /// <exception cref="LabException">None of these is a clone of the repository.</exception>
    public static string Repository
    {
        get
        {
            var home = Environment.GetEnvironmentVariable(Variable);
            if (!string.IsNullOrEmpty(home))
            {
                return File.Exists(Path.Combine(home, Marker))
                    ? Path.GetFullPath(home)
                    : throw new LabException($"{Variable} is {home}, which holds no {Marker}; set it to a clone of the repository.");
            }

            return Above(Environment.CurrentDirectory)
                ?? Above(AppContext.BaseDirectory)
                ?? Above(Path.GetDirectoryName(typeof(LabPaths).Assembly.Location)!)
                ?? throw new LabException(
                    $"No {Marker} was found above {Environment.CurrentDirectory}; run inside a clone of the repository or set {Variable} to one.");
        }
    }

    /// <summary>The shipped data: corpus specification, corpus, teacher.</summary>
    public static string Data => Path.Combine(Repository, "data");

    /// <summary>The notebooks as committed, without outputs.</summary>
    public static string Notebooks => Path.Combine(Repository, "notebooks");

    /// <summary>Where results go unless <c>--out</c> says otherwise; ignored by git.</summary>
    public static string Artifacts => Path.Combine(Repository, "artifacts");

    /// <summary>
    /// A path as results name it: from the clone's root where it lies in one, so that they say the same on every
    /// machine; else as it is.
    /// </summary>
    public static string Portable(string path)
    {
        var full = Path.GetFullPath(path);
        return Above(full) is { } root ? Path.GetRelativePath(root, full).Replace('\\', '/') : path;
    }

    private static string? Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, Marker)))
            {
                return at.FullName;
            }
        }

        return null;
    }
}
