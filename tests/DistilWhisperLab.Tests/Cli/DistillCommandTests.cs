using System.CommandLine;
using System.Diagnostics;
using DistilWhisperLab.Cli;
using DistilWhisperLab.Distillation;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Tests.Distillation;

namespace DistilWhisperLab.Tests.Cli;

/// <summary>The commands as processes of their own.</summary>
public sealed class DistillCommandTests(ITestOutputHelper output) : IDisposable
{
    private readonly TinyWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Killed_at_random_moments_a_run_ends_with_the_weights_of_one_that_was_not()
    {
        var (code, _, error) = await Lab(Distill("whole"));
        Assert.True(code == 0, error);

        var random = new Random();
        var kills = 0;
        for (var attempt = 0; kills < 3 && attempt < 12; attempt++)
        {
            using var process = Start(Distill("killed"));
            var before = LastSaved();
            // The first kill falls anywhere, the others behind a newly saved state.
            while (attempt > 0 && LastSaved() == before && !process.HasExited)
            {
                await Task.Delay(1, TestContext.Current.CancellationToken);
            }

            await Task.Delay(random.Next(attempt == 0 ? 1500 : 60), TestContext.Current.CancellationToken);
            if (!process.HasExited)
            {
                process.Kill(); // SIGKILL
                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.Equal(137, process.ExitCode); // It was at work until then.
                kills++;
                output.WriteLine($"Killed with {(File.Exists(State) ? $"a state of {LastSaved():HH:mm:ss.fff}" : "no state")}.");
            }
        }

        Assert.True(kills == 3, $"Only {kills} runs were still at work when they were to be killed.");
        Assert.False(File.Exists(_world.Folder.File("killed/student/model.safetensors")), "The run had ended before its last kill.");
        (code, _, error) = await Lab(Distill("killed"));
        Assert.True(code == 0, error);
        var run = Assert.Single(RunLedger.Open(Ledger).All(new RunFilter())); // The same run twice.
        Assert.Equal(("whole", 300), (run.Name, run.Metrics["updates"]));
        Assert.True(run.Metrics.ContainsKey("wer") && run.Metrics.ContainsKey("teacher_wer"));
        Assert.Equal(
            await File.ReadAllBytesAsync(_world.Folder.File("whole/student/model.safetensors"), TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(_world.Folder.File("killed/student/model.safetensors"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_run_that_is_asked_to_end_saves_where_it_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Sends a signal with kill.");
        using var process = Start(Distill("asked"));
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (!File.Exists(_world.Folder.File("asked/state.safetensors")))
        {
            Assert.False(process.HasExited, "The run ended too early.");
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        Process.Start("kill", ["-TERM", $"{process.Id}"]).Dispose();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        Assert.Matches(@"stopped\. Update \d+ of 300 is saved", await error);
    }

    [Fact]
    public async Task Labels_are_made_and_summed_up()
    {
        var labels = _world.Folder.File("labels");
        string[] command = ["pseudo-label", "--model", _world.Model, "--corpus", _world.Manifest, "--out", labels, "--device", "cpu"];
        var (code, text, error) = await Lab(command);
        Assert.True(code == 0, error);
        Assert.Contains("20 labels, WER", text);
        Assert.Equal(20, PseudoLabelFolder.Open(labels).Read().Count);
    }

    [Fact]
    public void Help_has_every_key()
    {
        using var help = new StringWriter();
        Assert.Equal(0, Program.Root().Parse(["distill", "--help"]).Invoke(new InvocationConfiguration { Output = help }));
        Assert.All(PlanFile.Keys, key => Assert.Contains("--" + key.Name.Replace('_', '-'), help.ToString()));
    }

    [Theory]
    [InlineData("--out x --decoder-layers two", "decoder_layers must be a whole number")]
    [InlineData("--out x --set layers=2", "A plan has no key layers")]
    [InlineData("--out x --set layers", "is no key=value")]
    [InlineData("--decoder-layers 2", "--out")]
    public void Wrong_usage_is_told(string arguments, string message) =>
        Assert.Contains(message, string.Join('\n', Program.Root().Parse($"distill {arguments}").Errors.Select(e => e.Message)));

    [Fact]
    public async Task The_systems_own_errors_are_told_in_one_line()
    {
        // A file where a folder is to be.
        var (code, _, error) = await Lab("distill", "--out", _world.Manifest, "--corpus", _world.Manifest, "--teacher", _world.Model, "--ledger", Ledger);
        Assert.Equal(1, code);
        Assert.Single(error.Trim().Split('\n'));
    }

    private string Ledger => _world.Folder.File("ledger.sqlite");

    private string State => _world.Folder.File("killed/state.safetensors");

    private DateTime LastSaved() => File.GetLastWriteTimeUtc(State);

    private string[] Distill(string folder) =>
    [
        "distill", "--out", _world.Folder.File(folder), "--teacher", _world.Model, "--corpus", _world.Manifest,
        "--ledger", Ledger, "--validation", _world.Manifest, "--threshold", "none", "--updates", "300", "--batch", "4", "--warmup", "2",
        "--evaluate-every", "100", "--save-every", "20", "--device", "cpu", "--set", "threads=1", "previous_text_probability=0.5",
    ];

    private static async Task<(int Code, string Output, string Error)> Lab(params string[] arguments)
    {
        using var process = Start(arguments);
        var written = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await written, error);
    }

    private static Process Start(string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "lab.dll"), .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
}
