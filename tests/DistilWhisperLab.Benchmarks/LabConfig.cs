using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Benchmarks;

/// <summary>How the benchmarks are run and shown.</summary>
internal static class LabConfig
{
    // BenchmarkDotNet gives up an in-process benchmark after five minutes unless told otherwise.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Few iterations of seconds each, as suits operations of milliseconds to seconds. They run in this process: a
    /// process for each would build the project and lay out half a gigabyte of libtorch every time, and the columns
    /// could not see what a benchmark notes of its work.
    /// </summary>
    public static IConfig Create() => ManualConfig.CreateMinimumViable()
        .AddJob(Job.Default
            .WithStrategy(RunStrategy.Monitoring)
            .WithToolchain(new InProcessEmitToolchain(Timeout, logOutput: true))
            .WithWarmupCount(1)
            .WithIterationCount(5)
            .WithInvocationCount(1)
            .WithUnrollFactor(1)
            .AsDefault()) // So that --iterationCount and the like change this job and add no other.
        .AddColumn(StatisticColumn.Median) // What the columns of the work go by: one disturbed iteration does not move it.
        .AddColumn(WorkColumn.All)
        .AddExporter(MarkdownExporter.GitHub)
        .WithArtifactsPath(Path.Combine(LabPaths.Artifacts, "benchmarks"));
}
