using System.Runtime.InteropServices;

namespace DistilWhisperLab.Kernel;

/// <summary>
/// Notices that whoever started the kernel is gone. The tool's reader takes the end of its input for an empty line and
/// reads on, so that a kernel whose editor crashed would keep a processor busy for ever.
/// </summary>
internal static partial class StandardInput
{
    private const int Forever = -1;

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int File;
        public short Events;
        public short Returned;
    }

    /// <summary>Completes when the other end of a piped standard input is closed; never on Windows.</summary>
    public static Task ClosedAsync()
    {
        var closed = new TaskCompletionSource();
        if (!OperatingSystem.IsWindows())
        {
            var watch = new Thread(() =>
            {
                // With no event asked for, poll reports only a hang-up or an error; -1 is a signal in between.
                var input = default(PollDescriptor);
                while (Poll(ref input, 1, Forever) < 0)
                {
                }

                closed.SetResult();
            });
            watch.IsBackground = true;
            watch.Start();
        }

        return closed.Task;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeout);
}
