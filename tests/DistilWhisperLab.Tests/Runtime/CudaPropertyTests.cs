using System.Diagnostics;
using System.Text.Json.Nodes;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Runtime;

public class CudaPropertyTests
{
    [Theory]
    [InlineData("-p:Cuda=true")]
    [InlineData("-p:Cuda=false")]
    [InlineData("")]
    public void One_property_exchanges_the_native_libraries_and_nothing_else(string property)
    {
        var cuda = property == "-p:Cuda=true";
        var packages = PackageReferences(property);
        Assert.Contains("TorchSharp", packages);
        Assert.Equal(cuda, packages.Contains("TorchSharp-cuda-linux"));
        Assert.Equal(!cuda, packages.Any(name => name.StartsWith("libtorch-cpu-")));
        Assert.Equal(!cuda && OperatingSystem.IsLinux(), packages.Contains("libtorch-cpu-linux-x64"));
    }

    /// <summary>Evaluates the library's project as a build would, without restoring: the CUDA package is large.</summary>
    private static string[] PackageReferences(string property)
    {
        var project = Path.Combine(LabPaths.Repository, "src", "DistilWhisperLab", "DistilWhisperLab.csproj");
        string[] arguments = ["msbuild", project, "-getItem:PackageReference", "-nodeReuse:false"];
        using var process = Process.Start(new ProcessStartInfo("dotnet", property == "" ? arguments : [.. arguments, property])
        {
            RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return [.. JsonNode.Parse(output)!["Items"]!["PackageReference"]!.AsArray().Select(item => (string)item!["Identity"]!)];
    }
}
