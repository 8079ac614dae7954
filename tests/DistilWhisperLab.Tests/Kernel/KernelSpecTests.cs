using System.Text.Json.Nodes;
using DistilWhisperLab.Cli;

namespace DistilWhisperLab.Tests.Kernel;

public sealed class KernelSpecTests : IDisposable
{
    private const string ForeignSpec = """{"argv":["dotnet","interactive","jupyter","{connection_file}"],"metadata":{"vscode":{}}}""";

    private readonly DirectoryInfo _prefix = Directory.CreateTempSubdirectory("lab kernel ");

    private string SpecPath => Path.Combine(_prefix.FullName, "share", "jupyter", "kernels", ".net-csharp", "kernel.json");

    public void Dispose() => _prefix.Delete(recursive: true);

    [Fact]
    public void Installing_writes_a_specification_whose_every_path_is_absolute_and_exists()
    {
        var (exit, output, _) = Lab("kernel", "install", "--prefix", _prefix.FullName);

        Assert.Equal(0, exit);
        var spec = JsonNode.Parse(File.ReadAllText(SpecPath))!;
        Assert.Equal(".NET (C#)", (string?)spec["display_name"]);
        Assert.Equal("C#", (string?)spec["language"]);
        var command = spec["argv"]!.AsArray().Select(argument => (string)argument!).ToArray();
        Assert.True(Path.IsPathFullyQualified(command[0]) && File.Exists(command[0]), command[0]);
        Assert.True(Path.IsPathFullyQualified(command[1]) && File.Exists(command[1]), command[1]);
        Assert.Equal(["jupyter", "--default-kernel", "csharp", "{connection_file}"], command[2..]);
        Assert.Contains(SpecPath, output);
        Assert.Contains("JUPYTER_PATH=" + Path.Combine(_prefix.FullName, "share", "jupyter"), output.Replace("\"", ""));
    }

    [Fact]
    public void Nothing_but_the_specification_is_left_in_its_folder()
    {
        Lab("kernel", "install", "--prefix", _prefix.FullName);
        Assert.Equal([SpecPath], Directory.GetFileSystemEntries(Path.GetDirectoryName(SpecPath)!));
    }

    [Fact]
    public void Another_tool_s_kernel_is_refused_and_stays()
    {
        WriteSpec(ForeignSpec);

        var (exit, _, error) = Lab("kernel", "install", "--prefix", _prefix.FullName);

        Assert.Equal(1, exit);
        Assert.Contains(SpecPath, error);
        Assert.Contains("--force", error);
        Assert.Equal(ForeignSpec, File.ReadAllText(SpecPath));
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("""{"metadata":"distilwhisperlab"}""")]
    public void A_specification_that_cannot_be_read_counts_as_another_tool_s(string content)
    {
        WriteSpec(content);
        Assert.Equal(1, Lab("kernel", "install", "--prefix", _prefix.FullName).Exit);
        Assert.Equal(content, File.ReadAllText(SpecPath));
    }

    [Fact]
    public void Force_replaces_another_tool_s_kernel()
    {
        WriteSpec(ForeignSpec);
        Assert.Equal(0, Lab("kernel", "install", "--prefix", _prefix.FullName, "--force").Exit);
        Assert.Contains("lab-kernel.dll", File.ReadAllText(SpecPath));
    }

    [Fact]
    public void Our_own_kernel_is_replaced_without_force()
    {
        Lab("kernel", "install", "--prefix", _prefix.FullName);
        var written = File.ReadAllText(SpecPath);
        WriteSpec(written.Replace("lab-kernel.dll", "moved-away.dll"));

        Assert.Equal(0, Lab("kernel", "install", "--prefix", _prefix.FullName).Exit);
        Assert.Equal(written, File.ReadAllText(SpecPath));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        var file = Path.Combine(_prefix.FullName, "file");
        File.WriteAllText(file, "");
        var (exit, _, error) = Lab("kernel", "install", "--prefix", file);
        Assert.Equal(1, exit);
        Assert.Contains(file, error);
    }

    [Fact]
    public void User_and_prefix_together_are_wrong_usage() =>
        Assert.Equal(2, Lab("kernel", "install", "--user", "--prefix", _prefix.FullName).Exit);

    [Fact]
    public void A_kernel_that_is_not_built_is_said_with_the_command_that_builds_it()
    {
        var e = Assert.Throws<LabException>(() => KernelSpec.BuiltKernel(_prefix.FullName, "Release"));
        Assert.Contains("dotnet build -c Release", e.Message);
        Assert.Contains(_prefix.FullName, e.Message);
    }

    private void WriteSpec(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SpecPath)!);
        File.WriteAllText(SpecPath, content);
    }

    private static (int Exit, string Output, string Error) Lab(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var written = new StringWriter();
        using var complained = new StringWriter();
        Console.SetOut(written);
        Console.SetError(complained);
        try
        {
            return (Program.Main(arguments).GetAwaiter().GetResult(), written.ToString(), complained.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
