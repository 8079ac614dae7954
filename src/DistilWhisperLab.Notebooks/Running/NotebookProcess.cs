using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Job = DistilWhisperLab.Notebooks.Running.NotebookWorker.Job;
using JobCell = DistilWhisperLab.Notebooks.Running.NotebookWorker.JobCell;
using Message = DistilWhisperLab.Notebooks.Running.NotebookWorker.Message;

namespace DistilWhisperLab.Notebooks.Running;

/// <summary>
/// Executes notebooks, each in a child process of <c>lab</c>: a cell that never ends can be ended, a crash in native
/// code costs one notebook, and no notebook inherits another's memory.
/// </summary>
internal static class NotebookProcess
{
    // The child keeps its own time; this is for one too stuck to do even that.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Executes the notebook's code cells, up to the first that fails, and writes outputs, counts and times into it.
    /// </summary>
    /// <param name="notebook">The notebook; its outputs are replaced.</param>
    /// <param name="folder">The folder that relative paths in it start from.</param>
    /// <param name="cellLimit">How long one cell may take.</param>
    /// <param name="observer">Is told of each cell's start and end.</param>
    /// <param name="stop">Ends the child; nothing is left behind.</param>
    /// <returns>The cell that failed and why; null when all ran.</returns>
    public static async Task<(NotebookCell Cell, CellError Error)?> ExecuteAsync(
        NotebookDocument notebook, string folder, TimeSpan cellLimit, IRunObserver observer, CancellationToken stop)
    {
        notebook.ClearOutputs();
        var cells = notebook.Cells.Index().Where(cell => cell.Item.IsCode && cell.Item.Source.Trim().Length > 0)
            .Select(cell => new JobCell(cell.Index, cell.Item.Source)).ToList();
        if (cells.Count == 0)
        {
            return null;
        }

        using var child = Process.Start(StartInfo(folder))!;
        try
        {
            await child.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new Job(cells, cellLimit)));
            await child.StandardInput.FlushAsync(stop);
            return await FollowAsync(child, notebook, cells, cellLimit, observer, stop);
        }
        finally
        {
            child.Kill(entireProcessTree: true);
        }
    }

    private static async Task<(NotebookCell Cell, CellError Error)?> FollowAsync(
        Process child, NotebookDocument notebook, List<JobCell> cells, TimeSpan cellLimit, IRunObserver observer, CancellationToken stop)
    {
        var running = notebook.Cells[cells[0].Index];
        var clock = Stopwatch.StartNew();
        var finished = 0;
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var limit = cellLimit + Grace - clock.Elapsed;
            patience.CancelAfter(limit > TimeSpan.Zero ? limit : TimeSpan.Zero);
            string? line;
            try
            {
                line = await child.StandardOutput.ReadLineAsync(patience.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return Fail(running, clock, TimeError(cellLimit));
            }

            if (line is null)
            {
                stop.ThrowIfCancellationRequested();
                await child.WaitForExitAsync(stop);
                return finished == cells.Count ? null : Fail(running, clock, CrashError(child.ExitCode));
            }

            if (!line.StartsWith(NotebookWorker.RecordSeparator))
            {
                Console.Error.WriteLine(line);
                continue;
            }

            var message = JsonSerializer.Deserialize<Message>(line.AsSpan(1))!;
            var cell = notebook.Cells[message.Cell];
            if (message.Started)
            {
                (running, clock) = (cell, Stopwatch.StartNew());
                observer.CellStarted(cell, finished + 1, cells.Count);
            }
            else if (message.Outputs is { } outputs)
            {
                cell.Outputs = InLines(outputs);
            }
            else if (message.TimedOut)
            {
                return Fail(cell, clock, TimeError(cellLimit));
            }
            else if (message.Finished is { } count)
            {
                finished = count;
                cell.ExecutionCount = count;
                cell.Seconds = Math.Round(clock.Elapsed.TotalSeconds, 3);
                observer.CellFinished(cell, finished, cells.Count, clock.Elapsed);
                if (message.Error is { } error)
                {
                    return (cell, error);
                }
            }
        }
    }

    private static (NotebookCell Cell, CellError Error) Fail(NotebookCell cell, Stopwatch clock, CellError error)
    {
        cell.Seconds = Math.Round(clock.Elapsed.TotalSeconds, 3);
        var outputs = (JsonArray)cell.Outputs.DeepClone();
        outputs.Add(error.ToOutput());
        cell.Outputs = outputs;
        return (cell, error);
    }

    private static CellError TimeError(TimeSpan limit) =>
        new("TimeLimit", $"The cell was still running after {Html.Duration(limit)} and was ended; --cell-timeout MINUTES allows more.", []);

    private static CellError CrashError(int exitCode) =>
        new("ProcessEnded", exitCode > 128
            ? $"The notebook's process was ended by signal {exitCode - 128} in this cell (9 is usually the system short of memory)."
            : $"The notebook's process ended with exit code {exitCode} in this cell.", []);

    /// <summary>Text as nbformat's lists of lines, which keep a saved notebook readable and its changes small.</summary>
    private static JsonArray InLines(JsonArray outputs)
    {
        var copy = (JsonArray)outputs.DeepClone();
        foreach (var output in copy.OfType<JsonObject>())
        {
            if (output["text"] is JsonValue text)
            {
                output["text"] = NotebookCell.Lines(text.ToString());
            }

            foreach (var (type, value) in (output["data"] as JsonObject ?? []).ToList())
            {
                if (value is JsonValue && value.GetValueKind() == JsonValueKind.String && !type.StartsWith("image/png"))
                {
                    output["data"]![type] = NotebookCell.Lines(value.ToString());
                }
            }
        }

        return copy;
    }

    // The muxer that runs this process also runs the child, whatever program (lab, a test host) this process is.
    private static ProcessStartInfo StartInfo(string folder)
    {
        var muxer = Path.GetFullPath(Path.Combine(
            RuntimeEnvironment.GetRuntimeDirectory(), "../../..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        var lab = Path.Combine(AppContext.BaseDirectory, "lab.dll");
        if (!File.Exists(lab))
        {
            throw new LabException($"{lab} is missing, so no notebook can be run; build the solution again.");
        }

        var start = new ProcessStartInfo(muxer)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add(lab);
        start.ArgumentList.Add("notebooks");
        start.ArgumentList.Add(NotebookWorker.CommandName);
        return start;
    }
}
