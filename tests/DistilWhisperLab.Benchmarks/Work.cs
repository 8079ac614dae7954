using System.Collections.Concurrent;
using BenchmarkDotNet.Running;

namespace DistilWhisperLab.Benchmarks;

/// <summary>What one operation of a benchmark does; 0 where it is not counted.</summary>
/// <param name="Flops">Floating-point operations, a multiplication and its addition being two.</param>
/// <param name="Bytes">Bytes read from memory.</param>
/// <param name="AudioSeconds">Seconds of sound that it works through.</param>
/// <param name="MatmulRate">FLOP/s of the matmul yardstick between this benchmark's iterations.</param>
internal sealed record Work(double Flops = 0, double Bytes = 0, double AudioSeconds = 0, double MatmulRate = 0)
{
    private static readonly ConcurrentDictionary<(string Type, string Method, string Parameters), Work> Noted = new();

    /// <summary>Notes the work of a benchmark for the columns, which are filled when all have run.</summary>
    /// <param name="type">The benchmark's class.</param>
    /// <param name="method">Its method.</param>
    /// <param name="parameter">The value of its parameter; null for a class without one.</param>
    /// <param name="work">What one operation does.</param>
    public static void Note(Type type, string method, object? parameter, Work work) =>
        Noted[(type.Name, method, parameter?.ToString() ?? "")] = work;

    /// <summary>What a benchmark noted; null for one that failed.</summary>
    public static Work? Of(BenchmarkCase benchmark) => Noted.GetValueOrDefault((
        benchmark.Descriptor.Type.Name,
        benchmark.Descriptor.WorkloadMethod.Name,
        string.Join(',', benchmark.Parameters.Items.Select(p => p.Value))));
}
