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

    /// <summary>Makes sure that a program is there, before work begins that needs it in the end.</summary>
    /// <exception cref="LabException">It is not on the PATH; the message has the command that installs it.</exception>
    public static void Require(string name)
    {
        string[] files = OperatingSystem.IsWindows() ? [name, name + ".exe"] : [name];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => files.Any(file => File.Exists(Path.Combine(folder, file)))))
        {
            throw Missing(name, inner: null);
        }
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
            throw Missing(name, e);
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

    private static LabException Missing(string name, Exception? inner)
    {
        // Festival's program goes by another name than its package.
        var package = name == "text2wave" ? "festival" : name;
        var command = OperatingSystem.IsMacOS() ? "brew install" : OperatingSystem.IsWindows() ? "winget install" : "sudo apt-get install";
        var message = $"{name} is needed and not installed; install it with: {command} {package}.";
        return inner is null ? new LabException(message) : new LabException(message, inner);
    }
}
