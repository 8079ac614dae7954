namespace DistilWhisperLab.Runtime;

/// <summary>Writes files under a temporary name and renames them, so that no reader ever meets half a file.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Creates the folder of <paramref name="path"/>, lets <paramref name="write"/> fill a temporary file beside it
    /// and renames that file to <paramref name="path"/>. On an error the temporary file is removed and what stood at
    /// <paramref name="path"/> stays.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var temporary = $"{full}.{Environment.ProcessId}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes text in UTF-8 without a byte-order mark.</summary>
    public static void WriteText(string path, string text) =>
        Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.Write(text);
        });

    /// <summary>Removes what a killed program had begun to write; nobody may be writing these files now.</summary>
    /// <param name="folder">Where the files would stand.</param>
    /// <param name="names">The files' names, with <c>*</c> for any characters and <c>?</c> for one.</param>
    public static void RemoveRemains(string folder, string names)
    {
        foreach (var file in Directory.GetFiles(folder, names + ".*.tmp"))
        {
            File.Delete(file);
        }
    }
}
