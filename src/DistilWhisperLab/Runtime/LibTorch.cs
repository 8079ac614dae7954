using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;
using TorchSharp;

namespace DistilWhisperLab.Runtime;

/// <summary>
/// Loads libtorch before TorchSharp asks for it. TorchSharp's native part is built with GCC 13 and names the symbol
/// version GLIBCXX_3.4.32, which the libstdc++ of Debian 12 and Ubuntu 22.04 lacks; only a marker that no code uses
/// is bound to it. Where, and only where, the system's loader refuses the file for that reason, a copy that asks for
/// the version weakly is written beside it and loaded in its place. The package's own file is never changed.
/// </summary>
public static class LibTorch
{
    internal const string MissingVersion = "GLIBCXX_3.4.32";
    internal const string MarkerSymbol = "_ZSt21ios_base_library_initv";
    internal const string NativeName = "libLibTorchSharp.so";

    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>
    /// Loads the native libraries once; further calls do nothing. Every host calls it before the first tensor, and
    /// the library itself when any of its code runs.
    /// </summary>
    /// <returns>The native library in use.</returns>
    /// <exception cref="LabException">The native libraries are missing or cannot be loaded.</exception>
    public static string EnsureLoaded() => Loaded.Value;

    /// <summary>Whether this build brings libtorch for CUDA (-p:Cuda=true).</summary>
    internal static bool HasCuda => OperatingSystem.IsLinux() && File.Exists(Path.Combine(NativeFolder, "libtorch_cuda.so"));

#pragma warning disable CA2255 // A module initializer in a library: this must precede TorchSharp's static constructor.
    [ModuleInitializer]
    internal static void Initialize()
    {
        // A missing libtorch must not break what needs no tensors, such as the command line's help.
        try
        {
            EnsureLoaded();
        }
        catch (LabException)
        {
        }
    }
#pragma warning restore CA2255

    private static string Load()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "LibTorchSharp"; // The other platforms' files load as they come.
        }

        var folder = NativeFolder;
        // libtorch first, by its full path: the relaxed copy lies in another folder and finds it by name.
        if (!NativeLibrary.TryLoad(Path.Combine(folder, "libtorch.so"), out _))
        {
            throw new LabException($"libtorch.so in {folder} does not load; restore the packages again (dotnet restore --force).");
        }

        var original = Path.Combine(folder, NativeName);
        try
        {
            NativeLibrary.Load(original);
            return original;
        }
        catch (DllNotFoundException refused) when (refused.Message.Contains(MissingVersion))
        {
            var relaxed = WriteRelaxedCopy(original, Path.Combine(folder, "relaxed"));
            var handle = NativeLibrary.Load(relaxed);
            var context = AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) ?? AssemblyLoadContext.Default;
            context.ResolvingUnmanagedDll += (_, name) => name.Contains("LibTorchSharp") ? handle : IntPtr.Zero;
            return relaxed;
        }
        catch (DllNotFoundException refused)
        {
            throw new LabException($"{original} does not load: {refused.Message}", refused);
        }
    }

    /// <summary>The natives lie in runtimes/linux-x64/native after a build and beside the assemblies after a publish.</summary>
    internal static string NativeFolder
    {
        get
        {
            var assemblies = Path.GetDirectoryName(typeof(LibTorch).Assembly.Location)!;
            string[] candidates = [Path.Combine(assemblies, "runtimes", "linux-x64", "native"), assemblies];
            return candidates.FirstOrDefault(c => File.Exists(Path.Combine(c, NativeName)))
                ?? throw new LabException(
                    $"{NativeName} was not found in {string.Join(" or ", candidates)}; build the project again (dotnet build -c Release).");
        }
    }

    /// <summary>
    /// Writes a copy of <paramref name="original"/> that asks for <see cref="MissingVersion"/> weakly, into a folder
    /// named by the original's hash, so that another version of the package never meets an old copy.
    /// </summary>
    internal static string WriteRelaxedCopy(string original, string folder)
    {
        var bytes = File.ReadAllBytes(original);
        byte[] relaxed;
        try
        {
            relaxed = ElfVersionNeeds.Relax(bytes, MissingVersion, MarkerSymbol)
                ?? throw new LabException($"{original} does not load and asks for no version {MissingVersion} that could be relaxed.");
        }
        catch (InvalidDataException e)
        {
            throw new LabException($"{original} cannot be relaxed for this system's libstdc++: {e.Message}.", e);
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..12];
        try
        {
            return WriteOnce(Path.Combine(folder, hash), relaxed);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            // A read-only installation, in a container for example.
            return WriteOnce(Path.Combine(Path.GetTempPath(), "distilwhisperlab-" + Environment.UserName, hash), relaxed);
        }
    }

    private static string WriteOnce(string folder, byte[] relaxed)
    {
        var path = Path.Combine(folder, NativeName);
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(relaxed))
        {
            return path;
        }

        Directory.CreateDirectory(folder);
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllBytes(temporary, relaxed);
        File.Move(temporary, path, overwrite: true);
        return path;
    }
}
