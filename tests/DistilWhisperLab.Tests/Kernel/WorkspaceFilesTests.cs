using System.Text.Json;
using System.Text.Json.Nodes;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Kernel;

/// <summary>VS Code and containers cannot run in a test; that their files fit together can be checked.</summary>
public class WorkspaceFilesTests
{
    [Theory]
    [InlineData(".vscode/settings.json")]
    [InlineData(".vscode/extensions.json")]
    [InlineData(".vscode/tasks.json")]
    [InlineData(".devcontainer/devcontainer.json")]
    public void Every_file_for_vs_code_is_json(string file) => Assert.IsType<JsonObject>(Read(file));

    [Fact]
    public void The_dev_container_names_a_stage_of_the_container_file()
    {
        var build = Read(".devcontainer/devcontainer.json")["build"]!;
        var folder = Path.Combine(LabPaths.Repository, ".devcontainer");
        Assert.Equal(LabPaths.Repository, Path.GetFullPath(Path.Combine(folder, (string)build["context"]!)));
        var containerFile = File.ReadAllText(Path.Combine(folder, (string)build["dockerfile"]!));
        Assert.Contains($" AS {build["target"]}\n", containerFile);
    }

    [Fact]
    public void The_dev_container_brings_the_extensions_that_the_workspace_recommends() =>
        Assert.Equal(
            Names(Read(".vscode/extensions.json")["recommendations"]!),
            Names(Read(".devcontainer/devcontainer.json")["customizations"]!["vscode"]!["extensions"]!));

    private static string[] Names(JsonNode list) => [.. list.AsArray().Select(name => (string)name!)];

    private static JsonNode Read(string file) => JsonNode.Parse(
        File.ReadAllText(Path.Combine(LabPaths.Repository, file)),
        documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!;
}
