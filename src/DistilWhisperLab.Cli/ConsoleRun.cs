using System.Diagnostics;
using DistilWhisperLab.Notebooks.Running;

namespace DistilWhisperLab.Cli;

/// <summary>Shows a run of the series: a line a cell with its time and the time since the start, errors in full.</summary>
internal sealed class ConsoleRun(TextWriter console) : IRunObserver
{
    private const int CodeWidth = 64;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly bool _rewrite = !Console.IsErrorRedirected;

    public void NotebookStarted(string name, int number, int total) =>
        console.WriteLine($"{name}  (notebook {number} of {total})");

    public void CellStarted(NotebookCell cell, int number, int total)
    {
        if (_rewrite)
        {
            console.Write($"{Place(number, total)}   running  {FirstLine(cell)}");
        }
    }

    public void CellFinished(NotebookCell cell, int number, int total, TimeSpan elapsed) =>
        console.WriteLine(
            $"{(_rewrite ? "\r" : "")}{Place(number, total)} {elapsed.TotalSeconds,7:0.0} s  {FirstLine(cell)}");

    public void NotebookFinished(NotebookResult result)
    {
        if (result.Error is null)
        {
            console.WriteLine($"  done in {result.Elapsed.TotalSeconds:0.0} s");
            return;
        }

        console.WriteLine();
        console.WriteLine($"  {result.Name} failed after {result.Elapsed.TotalSeconds:0.0} s{(result.FailedCell is null ? "." : " in this cell:")}");
        foreach (var line in (result.FailedCell ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            console.WriteLine($"    | {line.TrimEnd()}");
        }

        console.WriteLine($"  {result.Error.Name}: {result.Error.Message.ReplaceLineEndings("\n  ")}");
        foreach (var line in result.Error.Trace)
        {
            console.WriteLine($"  {line}");
        }

        console.WriteLine();
    }

    private string Place(int number, int total)
    {
        var elapsed = $"{(int)_clock.Elapsed.TotalMinutes}:{_clock.Elapsed.Seconds:00}";
        return $"  {elapsed,6}  {number,2}/{total}";
    }

    private static string FirstLine(NotebookCell cell)
    {
        var line = cell.Source.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "";
        return line.Length <= CodeWidth ? line : line[..(CodeWidth - 1)] + "…";
    }
}
