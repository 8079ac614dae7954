using DistilWhisperLab.Runtime;
using TorchSharp;

namespace DistilWhisperLab.Experiments;

/// <summary>By what a run was made: recorded beside its key, since elsewhere the numbers agree within their interval only.</summary>
/// <param name="Commit">The short hash of the code's commit, with <c>+</c> when files differed from it; empty outside git.</param>
/// <param name="Processor">The processor's name.</param>
/// <param name="Threads">The threads that libtorch computed with.</param>
/// <param name="Versions">The versions of .NET, TorchSharp and libtorch by name.</param>
public sealed record RunProvenance(
    string Commit, string Processor, int Threads, IReadOnlyDictionary<string, string> Versions)
{
    // Code that changes while the process runs does not change the process.
    private static readonly Lazy<string> ThisCommit = new(() => Machine.Commit(LabPaths.Repository));

    /// <summary>This process.</summary>
    public static RunProvenance Current
    {
        get
        {
            LibTorch.EnsureLoaded();
            return new RunProvenance(ThisCommit.Value, Machine.Processor, torch.get_num_threads(), new Dictionary<string, string>
            {
                ["dotnet"] = Environment.Version.ToString(),
                ["torchsharp"] = typeof(torch).Assembly.GetName().Version?.ToString(3) ?? "",
                ["libtorch"] = torch.__version__,
            });
        }
    }
}
