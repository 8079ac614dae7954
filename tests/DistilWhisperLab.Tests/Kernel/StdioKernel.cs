using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Kernel;

/// <summary>
/// The kernel as VS Code's Polyglot Notebooks starts it, from the workspace's settings, and its protocol: one JSON
/// object a line, commands in, events out.
/// </summary>
public sealed class StdioKernel : IAsyncLifetime
{
    /// <summary>Not a measurement: only so that a kernel that hangs fails the test.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private Process? _process;
    private int _submissions;

    /// <summary>Names of the kernels in the KernelReady event; it comes before any command is sent.</summary>
    public string[] Kernels { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        _process = Start("dotnet-interactive.kernelTransportArgs");
        var ready = await ReadUntilAsync(e => (string?)e["eventType"] == "KernelReady");
        Kernels = [.. ready[^1]["event"]!["kernelInfos"]!.AsArray().Select(info => (string)info!["localName"]!)];
    }

    /// <summary>Sends C# code and returns all events up to its end.</summary>
    public Task<List<JsonNode>> SubmitAsync(string code)
    {
        var token = $"submission-{++_submissions}";
        Send(token, "SubmitCode", new JsonObject { ["code"] = code, ["targetKernelName"] = "csharp" });
        return ReadUntilAsync(e =>
            (string?)e["eventType"] is "CommandSucceeded" or "CommandFailed" && (string?)e["command"]!["token"] == token);
    }

    /// <summary>Asks the kernel to end; returns its exit code.</summary>
    public async Task<int> QuitAsync()
    {
        Send("quit", "Quit", []);
        using var patience = new CancellationTokenSource(Patience);
        await _process!.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
        }

        _process?.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Send(string token, string type, JsonObject command)
    {
        var envelope = new JsonObject
        {
            ["token"] = token,
            ["commandType"] = type,
            ["command"] = command,
            ["routingSlip"] = new JsonArray(),
        };
        _process!.StandardInput.WriteLine(envelope.ToJsonString());
        _process.StandardInput.Flush();
    }

    private async Task<List<JsonNode>> ReadUntilAsync(Func<JsonNode, bool> last)
    {
        using var patience = new CancellationTokenSource(Patience);
        var events = new List<JsonNode>();
        do
        {
            var line = await _process!.StandardOutput.ReadLineAsync(patience.Token)
                ?? throw new InvalidOperationException("the kernel ended: " + await _process.StandardError.ReadToEndAsync());
            events.Add(JsonNode.Parse(line)!);
        }
        while (!last(events[^1]));

        return events;
    }

    /// <summary>What the extension does with the setting: placeholders filled in, first part the program.</summary>
    private static Process Start(string setting)
    {
        var settings = JsonNode.Parse(
            File.ReadAllText(Path.Combine(LabPaths.Repository, ".vscode", "settings.json")),
            documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!;
        var notebooks = Path.Combine(LabPaths.Repository, "notebooks");
        string Fill(JsonNode? value) => ((string)value!)
            .Replace("{dotnet_path}", "dotnet")
            .Replace("{working_dir}", notebooks);

        var command = settings[setting]!.AsArray().Select(Fill).ToArray();
        if (!File.Exists(command[1]))
        {
            Assert.Skip($"The workspace's settings start {command[1]}, which dotnet build -c Release makes.");
        }

        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = Fill(settings["dotnet-interactive.kernelTransportWorkingDirectory"]),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The extension passes on VS Code's language.
        start.Environment["DOTNET_CLI_CULTURE"] = "de";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "de";
        return Process.Start(start)!;
    }
}
