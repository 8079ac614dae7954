using System.Diagnostics;
using DistilWhisperLab.Experiments;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Experiments;

/// <summary>The ledger that the lab ships: whole studies of the shipped teacher, whose runs come out again.</summary>
public sealed class ShippedLedgerTests : IDisposable
{
    private static readonly string Shipped = Path.Combine(LabPaths.Data, "ledger.sqlite");

    private readonly TemporaryFolder _folder = new();
    private readonly string _ledger;

    public ShippedLedgerTests()
    {
        // Opening a ledger may write to it.
        _ledger = _folder.File("ledger.sqlite");
        File.Copy(Shipped, _ledger);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_student_is_there_with_five_seeds_and_is_of_the_shipped_teacher()
    {
        var runs = RunLedger.Open(_ledger).All();
        var students = runs.Where(run => run.Key.Kind == RunKey.Train).GroupBy(run => run.Key.Settings).ToList();

        Assert.NotEmpty(students);
        Assert.All(students, student => Assert.Equal(Profile.Of("full").Seeds, student.Select(run => run.Key.Seed).Order()));
        var teacher = ContentHash.Model(Path.Combine(LabPaths.Data, "teacher"));
        Assert.All(runs, run => Assert.Equal(teacher, run.Key.Model));
        Assert.All(runs, run => Assert.Null(run.Checkpoint));
    }

    [Fact]
    public Task The_teachers_row_comes_out_again() => Recompute(run => run.Key.Kind == RunKey.Evaluate);

    [Fact]
    public Task A_students_row_comes_out_again()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LAB_TESTS") == "full", "Trains for some minutes; LAB_TESTS=full runs it.");
        return Recompute(run => run.Key.Kind == RunKey.Train);
    }

    /// <summary>In a process of its own, since the number of threads is the process's.</summary>
    private async Task Recompute(Func<RunRecord, bool> which)
    {
        var recorded = RunLedger.Open(_ledger).All().First(which);
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "lab.dll"), "runs", "recompute", recorded.Key.Id, "--ledger", _ledger];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var written = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // Within the recorded interval anywhere; the same, utterance by utterance, where the same processor computes.
        Assert.Equal(0, process.ExitCode);
        if (recorded.Provenance.Processor == Machine.Processor)
        {
            Assert.Contains("Identical: yes", written);
        }
    }
}
