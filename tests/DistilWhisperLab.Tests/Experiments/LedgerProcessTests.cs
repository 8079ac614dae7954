using System.Diagnostics;
using DistilWhisperLab.Experiments;

namespace DistilWhisperLab.Tests.Experiments;

/// <summary>Several processes on one ledger, some of them killed.</summary>
public class LedgerProcessTests
{
    [Fact]
    public async Task Processes_write_at_once_and_one_that_is_killed_leaves_whole_runs_only()
    {
        using var folder = new TemporaryFolder();
        var source = RunLedger.Open(folder.File("source.sqlite"));
        source.Record([.. Enumerable.Range(0, 1000).Select(i => SomeRuns.Run("shared", i))]);
        source.Export(folder.File("shared.jsonl"));
        source.Record([.. Enumerable.Range(0, 500).Select(i => SomeRuns.Run("doomed", i))]);
        source.Export(folder.File("doomed.jsonl"), new RunFilter(Name: "doomed"));

        // The doomed ones are killed at moments of their lives that differ.
        var target = folder.File("target.sqlite");
        var stop = TestContext.Current.CancellationToken;
        Process[] living = [Import("shared"), Import("shared")];
        Process[] doomed = [Import("doomed"), Import("doomed")];
        await living[0].WaitForExitAsync(stop);
        doomed[0].Kill();
        await living[1].WaitForExitAsync(stop);
        doomed[1].Kill();
        await Task.WhenAll(living.Concat(doomed).Select(process => process.WaitForExitAsync(stop)));

        Assert.All(living, process => Assert.Equal(0, process.ExitCode));
        var runs = RunLedger.Open(target).All();
        Assert.Equal(1000, runs.Count(run => run.Name == "shared"));
        Assert.Contains(runs.Count(run => run.Name == "doomed"), new[] { 0, 500 });
        Assert.All(runs, run => Assert.Equal(10, run.Metrics["wer"]));

        Process Import(string name) => Process.Start(new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "lab.dll"), "runs", "import", folder.File($"{name}.jsonl"), "--ledger", target])
        {
            RedirectStandardOutput = true,
        })!;
    }
}
