using System.ComponentModel;
using System.Diagnostics;

namespace DistilWhisperLab.Runtime;

/// <summary>Programs that the lab calls and does not contain.</summary>
public static class ExternalTool
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="name">The program, on the PATH.</param>
    /// <param name="arguments">Its arguments, passed as they are.</param>
    /// <exception cref="LabException">The program is missing, with the command that installs it, or it failed.</exception>
    public static void Run(string name, params IEnumerable<string> arguments)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardError = true })!;
        }
        catch (Win32Exception e)
        {
            throw new LabException($"{name} is needed and not installed; {InstallHint(name)}.", e);
        }

        using (process)
        {
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new LabException($"{name} failed with exit code {process.ExitCode}: {errors.Trim().Split('\n')[^1]}");
            }
        }
    }

    private static string InstallHint(string name) =>
        OperatingSystem.IsMacOS() ? $"install it with: brew install {name}"
        : OperatingSystem.IsWindows() ? $"install it with: winget install {name}"
        : $"install it with: sudo apt-get install {name}";
}
