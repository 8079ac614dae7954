using DistilWhisperLab.Runtime;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.CSharp;
using Plotly.NET.Interactive;

namespace DistilWhisperLab.Notebooks;

/// <summary>Brings the lab into a .NET Interactive kernel: its assemblies as references, its formatters.</summary>
public static class LabExtension
{
    /// <summary>Loads libtorch, lets C# cells use the lab's assemblies and registers the formatters.</summary>
    public static async Task LoadAsync(Kernel kernel)
    {
        LibTorch.EnsureLoaded();
        var folder = Path.GetDirectoryName(typeof(LabExtension).Assembly.Location)!;
        string[] assemblies =
        [
            "DistilWhisperLab", "DistilWhisperLab.Notebooks", "TorchSharp", "Plotly.NET", "Plotly.NET.CSharp",
            "Plotly.NET.Interactive", "DynamicObj", "FSharp.Core", "Microsoft.Data.Analysis",
        ];
        kernel.FindKernelByName("csharp").As<CSharpKernel>()
            .AddAssemblyReferences(assemblies.Select(name => Path.Combine(folder, name + ".dll")));
        await ((IKernelExtension)new FormatterKernelExtension()).OnLoadAsync(kernel);
    }

    private static T As<T>(this Kernel? kernel) where T : Kernel =>
        kernel as T ?? throw new LabException("The kernel has no C# kernel that the lab could load into.");
}
