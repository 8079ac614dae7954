using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Cli;

/// <summary>
/// The Jupyter kernel specification of the composed kernel (src/DistilWhisperLab.Kernel). Its name is that of the
/// stock .NET Interactive kernel, since notebooks name their kernel and these must open in both.
/// </summary>
internal static class KernelSpec
{
    public const string Name = ".net-csharp";
    public const string DisplayName = ".NET (C#)";

    /// <summary>The metadata field by which a specification is known as ours.</summary>
    private const string Owner = "distilwhisperlab";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The kernel of the same configuration as this program.</summary>
    /// <exception cref="LabException">It is not built.</exception>
    public static string BuiltKernel()
    {
        // bin/Release/net10.0
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return BuiltKernel(LabPaths.Repository, configuration);
    }

    internal static string BuiltKernel(string repository, string configuration)
    {
        var kernel = Path.Combine(repository, "src", "DistilWhisperLab.Kernel", "bin", configuration, "net10.0", "lab-kernel.dll");
        return File.Exists(kernel)
            ? kernel
            : throw new LabException($"The kernel is not built ({kernel} is missing); run dotnet build -c {configuration} in {repository} first.");
    }

    /// <summary>Where Jupyter looks for the current user's kernels.</summary>
    public static string UserKernels()
    {
        var data = Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR");
        if (string.IsNullOrEmpty(data))
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            var shared = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
            data = OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter")
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Jupyter")
                : Path.Combine(string.IsNullOrEmpty(shared) ? Path.Combine(home, ".local", "share") : shared, "jupyter");
        }

        return Path.Combine(Path.GetFullPath(data), "kernels");
    }

    /// <summary>Writes the specification that starts <paramref name="kernel"/>.</summary>
    /// <param name="kernels">Jupyter's folder of kernels, created if need be.</param>
    /// <param name="kernel">The full path of lab-kernel.dll.</param>
    /// <param name="force">Replace the specification of another tool.</param>
    /// <returns>The file written.</returns>
    /// <exception cref="LabException">Another tool's specification stands there and force is false.</exception>
    public static string Install(string kernels, string kernel, bool force)
    {
        var path = Path.Combine(kernels, Name, "kernel.json");
        if (!force && File.Exists(path) && !IsOurs(path))
        {
            throw new LabException($"{path} belongs to another tool; pass --force to replace it, or --prefix DIR to install elsewhere.");
        }

        try
        {
            AtomicFile.WriteText(path, Json(kernel).ToJsonString(Indented) + "\n");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new LabException($"{path} cannot be written ({e.Message}); choose another folder with --prefix DIR.", e);
        }

        return path;
    }

    private static JsonObject Json(string kernel) => new()
    {
        ["argv"] = new JsonArray(DotNet(), kernel, "jupyter", "--default-kernel", "csharp", "{connection_file}"),
        ["display_name"] = DisplayName,
        ["language"] = "C#",
        ["metadata"] = new JsonObject { [Owner] = new JsonObject { ["kernel"] = kernel } },
    };

    /// <summary>The dotnet that runs this program: Jupyter's PATH may lack it.</summary>
    private static string DotNet()
    {
        // <dotnet>/shared/Microsoft.NETCore.App/10.0.x/
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var dotnet = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(dotnet) ? dotnet : "dotnet";
    }

    private static bool IsOurs(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path))?["metadata"]?[Owner] is not null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
