using System.Diagnostics;
using System.Text.Json.Nodes;
using DistilWhisperLab.Cli;

namespace DistilWhisperLab.Tests.Kernel;

public class JupyterTests
{
    [Fact]
    public void Jupyter_executes_a_notebook_with_the_installed_kernel()
    {
        var folder = Directory.CreateTempSubdirectory("lab jupyter ");
        try
        {
            KernelSpec.Install(Path.Combine(folder.FullName, "kernels"), KernelSpec.BuiltKernel(), force: false);
            var notebook = Path.Combine(folder.FullName, "chart.ipynb");
            File.WriteAllText(notebook, Notebook(
                "Plotly.NET.CSharp.Chart.Point<int, int, string>([1, 2, 3], [4, 5, 6])",
                "Console.Write(TorchSharp.torch.ones(2, 3).sum().item<float>());").ToJsonString());

            NbConvert(folder.FullName, notebook);

            var cells = JsonNode.Parse(File.ReadAllText(notebook))!["cells"]!.AsArray();
            var chart = Assert.Single(cells[0]!["outputs"]!.AsArray());
            Assert.Contains("newPlot", Text(chart!["data"]!["text/html"]));
            Assert.Equal("6", Text(Assert.Single(cells[1]!["outputs"]!.AsArray())!["text"]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static JsonObject Notebook(params string[] cells) => new()
    {
        ["cells"] = new JsonArray([.. cells.Select((code, i) => new JsonObject
        {
            ["cell_type"] = "code",
            ["id"] = $"cell-{i}",
            ["metadata"] = new JsonObject(),
            ["execution_count"] = null,
            ["outputs"] = new JsonArray(),
            ["source"] = code,
        })]),
        ["metadata"] = new JsonObject
        {
            ["kernelspec"] = new JsonObject { ["name"] = ".net-csharp", ["display_name"] = ".NET (C#)", ["language"] = "C#" },
        },
        ["nbformat"] = 4,
        ["nbformat_minor"] = 5,
    };

    private static void NbConvert(string jupyterPath, string notebook)
    {
        var start = new ProcessStartInfo(
            "jupyter-nbconvert", ["--to", "notebook", "--execute", "--inplace", "--ExecutePreprocessor.timeout=120", notebook])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["JUPYTER_PATH"] = jupyterPath;
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("Jupyter is not installed (Debian: apt-get install jupyter-nbconvert).");
            throw;
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output.GetAwaiter().GetResult() + error);
        }
    }

    /// <summary>nbformat stores text as one string or as a list of lines.</summary>
    private static string Text(JsonNode? value) =>
        value is JsonArray lines ? string.Concat(lines.Select(line => (string)line!)) : (string)value!;
}
