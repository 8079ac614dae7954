using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.CSharp;

namespace DistilWhisperLab.Notebooks;

/// <summary>
/// What makes a .NET Interactive kernel a kernel of the lab. Both hosts, the headless runner and the composed Jupyter
/// and VS Code kernel, call it once at start, so that a notebook needs no <c>#r</c> and shows charts, tables, audio,
/// transcripts, progress and claims alike everywhere.
/// </summary>
public static class LabExtension
{
    /// <summary>
    /// What a cell may name, and what the compiler must see to use it: the types beneath Plotly.NET's charts
    /// (DynamicObj, FSharp.Core, Giraffe.ViewEngine) and beneath a DataFrame (Apache.Arrow, Microsoft.ML.DataView).
    /// </summary>
    private static readonly string[] Referenced =
    [
        "DistilWhisperLab", "DistilWhisperLab.Notebooks", "TorchSharp", "Plotly.NET", "Plotly.NET.CSharp",
        "Microsoft.Data.Analysis", "DynamicObj", "FSharp.Core", "Giraffe.ViewEngine", "Apache.Arrow",
        "Microsoft.ML.DataView",
    ];

    /// <summary>
    /// References the lab's assemblies, from the folder that this one lies in, in the C# kernel and registers the
    /// formatters.
    /// </summary>
    /// <param name="kernel">A C# kernel, or a composite kernel that holds one.</param>
    /// <exception cref="LabException">There is no C# kernel, or an assembly is missing from the folder.</exception>
    public static Task LoadAsync(Kernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        var csharp = kernel as CSharpKernel
            ?? (kernel as CompositeKernel)?.ChildKernels.OfType<CSharpKernel>().FirstOrDefault()
            ?? throw new LabException($"The kernel {kernel.Name} holds no C# kernel; the lab's notebooks are written in C#.");

        csharp.AddAssemblyReferences(Referenced.Select(PathOf));
        Formatters.Register();
        return Task.CompletedTask;
    }

    private static string PathOf(string assembly)
    {
        var folder = Path.GetDirectoryName(typeof(LabExtension).Assembly.Location)!;
        var path = Path.Combine(folder, assembly + ".dll");
        return File.Exists(path)
            ? path
            : throw new LabException($"{path} is missing, so the kernel cannot load the lab; build the solution again.");
    }
}
