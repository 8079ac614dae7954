using System.Text.Json;
using System.Text.Json.Nodes;

namespace DistilWhisperLab.Notebooks.Running;

/// <summary>
/// The child process that runs one notebook: it reads a job from standard input, runs its cells and writes what
/// happens to standard output, one message a line behind a record separator (RFC 7464), so that a native library's
/// own printing cannot be taken for a message. It ends when its input does, and with it when its parent dies.
/// </summary>
public static class NotebookWorker
{
    /// <summary>The child is started as <c>lab notebooks worker</c>.</summary>
    public const string CommandName = "worker";

    internal const char RecordSeparator = '\u001e';

    /// <summary>Runs the job of standard input. Never returns while a cell hangs; the parent ends the process.</summary>
    public static async Task<int> RunAsync()
    {
        // The kernel replaces Console.Out while a cell runs; messages go past it.
        using var messages = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        using var input = new StreamReader(Console.OpenStandardInput());
        var job = JsonSerializer.Deserialize<Job>(await input.ReadLineAsync() ?? "")
            ?? throw new LabException("The notebook worker expects a job on standard input; use lab notebooks run.");
        _ = Task.Run(async () =>
        {
            await input.ReadToEndAsync();
            Environment.Exit(1);
        });
        void Send(Message message)
        {
            lock (messages)
            {
                messages.WriteLine(RecordSeparator + JsonSerializer.Serialize(message));
            }
        }

        using var session = await KernelSession.StartAsync();
        for (var count = 1; count <= job.Cells.Count; count++)
        {
            var cell = job.Cells[count - 1];
            Send(new Message(cell.Index) { Started = true });
            var run = Task.Run(() => session.ExecuteAsync(cell.Index, count, cell.Source));
            var inTime = await Task.WhenAny(run, Task.Delay(job.CellLimit)) == run;
            foreach (var (index, outputs) in session.Outputs.TakeChanged())
            {
                Send(new Message(index) { Outputs = outputs });
            }

            if (!inTime)
            {
                Send(new Message(cell.Index) { TimedOut = true });
                Environment.Exit(1);
            }

            var error = await run;
            Send(new Message(cell.Index) { Error = error, Finished = count });
            if (error is not null)
            {
                break;
            }
        }

        // A thread that a cell started must not hold the process.
        Environment.Exit(0);
        return 0;
    }

    internal sealed record Job(IReadOnlyList<JobCell> Cells, TimeSpan CellLimit);

    internal sealed record JobCell(int Index, string Source);

    /// <summary>One thing that happened to a cell.</summary>
    internal sealed record Message(int Cell)
    {
        public bool Started { get; init; }

        public JsonArray? Outputs { get; init; }

        public CellError? Error { get; init; }

        public bool TimedOut { get; init; }

        /// <summary>The execution count of the cell that ended, else null.</summary>
        public int? Finished { get; init; }
    }
}
