using System.Text;

namespace DistilWhisperLab.Cli;

/// <summary>
/// Maps each line of standard input to a line of standard output. A line is what stands before a line feed, taken
/// exactly: UTF-8, with the spaces and carriage returns at its ends. What is ready is written before more is awaited,
/// so the other end may ask line by line.
/// </summary>
internal static class LineFilter
{
    private const int BufferSize = 1 << 16;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Filters standard input; a reader that goes away ends it quietly.</summary>
    /// <exception cref="LabException">Standard input is closed.</exception>
    public static int Run(Func<string, string> map)
    {
        if (IsInputClosed())
        {
            throw new LabException("Standard input is closed; give the lines through a pipe or from a file.");
        }

        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        Run(input, output, map);
        return 0;
    }

    // Where standard input is closed, its number goes to the first pipe that the runtime opens for itself, and a read
    // from it waits for ever. What the runtime opens is marked to be closed on exec; what was inherited cannot be.
    private static bool IsInputClosed()
    {
        const string descriptor = "/proc/self/fdinfo/0";
        const int closeOnExec = 0x80000;
        var flags = OperatingSystem.IsLinux() && File.Exists(descriptor)
            ? File.ReadLines(descriptor).FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal))
            : null;
        return flags is not null && (Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & closeOnExec) != 0;
    }

    internal static void Run(Stream input, Stream output, Func<string, string> map)
    {
        var writer = new BufferedStream(output, BufferSize);
        foreach (var line in Lines(input, () => TryWrite(writer.Flush)))
        {
            var mapped = Utf8.GetBytes(map(line) + "\n");
            if (!TryWrite(() => writer.Write(mapped)))
            {
                return;
            }
        }

        TryWrite(writer.Flush);
    }

    /// <summary>The lines of a stream; <paramref name="beforeWaiting"/> says false when nobody listens any more.</summary>
    private static IEnumerable<string> Lines(Stream input, Func<bool> beforeWaiting)
    {
        var line = new MemoryStream();
        var buffer = new byte[BufferSize];
        int read;
        while (beforeWaiting() && (read = Read(input, buffer)) > 0)
        {
            for (var start = 0; start < read;)
            {
                var end = Array.IndexOf(buffer, (byte)'\n', start, read - start);
                line.Write(buffer, start, (end < 0 ? read : end) - start);
                start = end < 0 ? read : end + 1;
                if (end >= 0)
                {
                    yield return Text(line);
                    line.SetLength(0);
                }
            }
        }

        if (line.Length > 0)
        {
            yield return Text(line);
        }
    }

    private static string Text(MemoryStream line) => Utf8.GetString(line.GetBuffer(), 0, (int)line.Length);

    // A closed standard input is an empty one.
    private static int Read(Stream input, byte[] buffer)
    {
        try
        {
            return input.Read(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static bool TryWrite(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (IOException)
        {
            return false; // The pipe is broken.
        }
    }
}
