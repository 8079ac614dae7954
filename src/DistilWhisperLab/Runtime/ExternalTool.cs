using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace DistilWhisperLab.Runtime;

/// <summary>Programs that the lab calls and does not contain.</summary>
public static partial class ExternalTool
{
    // A Ctrl-C in a terminal reaches the program as well, at times before it reaches us.
    private static readonly TimeSpan InterruptDelay = TimeSpan.FromMilliseconds(500);

    // From here on an exit code is the shell's or the loader's: the program itself has said nothing.
    private const int CannotRun = 126;

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
        var (exitCode, output, errors) = await EndOfAsync(name, arguments, input, stop);
        if (exitCode == 0)
        {
            return output;
        }

        await Task.WhenAny(Task.Delay(InterruptDelay, stop));
        stop.ThrowIfCancellationRequested();
        throw new LabException($"{name} failed with exit code {exitCode}: {errors.Trim().Split('\n')[^1]}");
    }

    /// <summary>A program's version, as it answers <c>--version</c>, for example <c>1.51</c>.</summary>
    /// <exception cref="LabException">The program is missing, with the command that installs it, or its answer has no version.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static async Task<string> VersionAsync(string name, CancellationToken stop)
    {
        // Festival's text2wave is a script that knows no version.
        var program = PackageOf(name);
        // flite and ffmpeg call the question an error, and answer it.
        var (exitCode, output, errors) = await EndOfAsync(program, ["--version"], default, stop);
        return exitCode < CannotRun && Version().Match(Encoding.UTF8.GetString(output) + errors) is { Success: true } version
            ? version.Groups[1].Success ? version.Groups[1].Value : version.Value
            : throw new LabException($"{program} --version names no version; is it the program that the lab needs, from the package {program}?");
    }

    private static async Task<(int ExitCode, byte[] Output, string Errors)> EndOfAsync(
        string name, IEnumerable<string> arguments, ReadOnlyMemory<byte> input, CancellationToken stop)
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
        return (process.ExitCode, output.ToArray(), errors);
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
        var message = $"{name} is needed and not installed; {Installing(name)}.";
        return inner is null ? new LabException(message) : new LabException(message, inner);
    }

    private static string Installing(string name) =>
        OperatingSystem.IsMacOS() ? $"install it with: brew install {PackageOf(name)}"
        : !OperatingSystem.IsWindows() ? $"install it with: sudo apt-get install {PackageOf(name)}"
        : name == "ffmpeg" ? "install it with: winget install Gyan.FFmpeg"
        : $"on Windows, call lab within the Windows Subsystem for Linux and install it there with: sudo apt-get install {PackageOf(name)}";

    /// <summary>Festival's program goes by another name than its package.</summary>
    private static string PackageOf(string name) => name == "text2wave" ? "festival" : name;

    // The word behind "version", without a program's name before it; else what looks like one.
    [GeneratedRegex(@"version:?\s+(?:[a-z]+-)?(\w[\w.+-]*)|\d+\.\d+[\w.+-]*")]
    private static partial Regex Version();
}
