using System.ComponentModel;
using System.Diagnostics;

namespace DistilWhisperLab.Runtime;

/// <summary>Programs that the lab calls and does not contain.</summary>
public static class ExternalTool
{
    // A Ctrl-C in a terminal reaches the program as well, at times before it reaches us.
    private static readonly TimeSpan InterruptDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="name">The program, on the PATH.</param>
    /// <param name="arguments">Its arguments, passed as they are.</param>
    /// <param name="input">What it reads from its standard input.</param>
    /// <param name="stop">Ends the program.</param>
    /// <returns>What it wrote to its standard output.</returns>
    /// <exception cref="LabException">The program is missing, with the command that installs it, or it failed.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static async Task<byte[]> RunAsync(
        string name,
        IEnumerable<string> arguments,
        ReadOnlyMemory<byte> input,
        CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        using var process = Start(name, arguments);
        using var output = new MemoryStream();
        string errors;
        await using (stop.Register(() => Kill(process)))
        {
            var reading = process.StandardOutput.BaseStream.CopyToAsync(output, CancellationToken.None);
            var complaints = process.StandardError.ReadToEndAsync(CancellationToken.None);
            await WriteAsync(process, input);
            await reading;
            errors = await complaints;
            await process.WaitForExitAsync(CancellationToken.None);
        }

        stop.ThrowIfCancellationRequested();
        if (process.ExitCode == 0)
        {
            return output.ToArray();
        }

        await Task.WhenAny(Task.Delay(InterruptDelay, stop));
        stop.ThrowIfCancellationRequested();
        throw new LabException($"{name} failed with exit code {process.ExitCode}: {errors.Trim().Split('\n')[^1]}");
    }

    private static Process Start(string name, IEnumerable<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(name, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception e)
        {
            throw new LabException($"{name} is needed and not installed; {InstallHint(name)}.", e);
        }
    }

    private static async Task WriteAsync(Process process, ReadOnlyMemory<byte> input)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, CancellationToken.None);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading everything; its exit code says why.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has just ended by itself.
        }
    }

    private static string InstallHint(string name) =>
        OperatingSystem.IsMacOS() ? $"install it with: brew install {name}"
        : OperatingSystem.IsWindows() ? $"install it with: winget install {name}"
        : $"install it with: sudo apt-get install {name}";
}
