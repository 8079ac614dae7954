using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DistilWhisperLab.Runtime;

/// <summary>Where a result was made: the machine and the state of the code.</summary>
public static class Machine
{
    /// <summary>The processor's name.</summary>
    public static string Processor { get; } = FindProcessor();

    /// <summary>Processor, its number of logical cores, memory, operating system, runtime.</summary>
    public static string Describe()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        return $"{Processor}, {Environment.ProcessorCount} cores, {memory:0} GiB, {RuntimeInformation.OSDescription}, .NET {Environment.Version}";
    }

    /// <summary>The short hash of the commit that the folder is at, with <c>+</c> when files differ from it; empty outside git.</summary>
    public static string Commit(string folder)
    {
        var hash = Git(folder, "rev-parse", "--short", "HEAD");
        return hash.Length > 0 && Git(folder, "status", "--porcelain", "--untracked-files=no").Length > 0 ? hash + "+" : hash;
    }

    private static string FindProcessor()
    {
        const string linux = "/proc/cpuinfo";
        var line = File.Exists(linux) ? File.ReadLines(linux).FirstOrDefault(line => line.StartsWith("model name")) : null;
        return line?.Split(':', 2)[1].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string Git(string folder, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo("git", arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var git = Process.Start(start)!;
            var output = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? output : "";
        }
        catch (Win32Exception)
        {
            return "";
        }
    }
}
