namespace DistilWhisperLab.Runtime;

/// <summary>
/// Keeps a second run out of a folder. The operating system gives the lock up when the process ends, however it ends,
/// so that a killed run leaves nothing to clear away.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the folder, which is created where it does not exist, for this run alone.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="part">Names what of the folder is taken, for runs that share it; the whole folder by default.</param>
    /// <exception cref="LabException">Another run has it.</exception>
    public static FolderLock Take(string folder, string part = "run") =>
        Open(folder, part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Takes the folder together with other runs that share it; one that wants it alone is kept out.</summary>
    /// <exception cref="LabException">Another run has it alone.</exception>
    public static FolderLock Share(string folder) =>
        Open(folder, "run", FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);

    /// <summary>Gives the folder up.</summary>
    public void Dispose() => _file.Dispose();

    private static FolderLock Open(string folder, string part, FileMode mode, FileAccess access, FileShare share)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $".{part}.lock");
        try
        {
            return new FolderLock(new FileStream(path, mode, access, share));
        }
        // A sharing violation is told from a full disk or a missing right by trying to look at the file.
        catch (IOException e) when (File.Exists(path))
        {
            throw new LabException($"Another run is at work in {folder}; wait for it, or give another output folder.", e);
        }
    }
}
