using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace DistilWhisperLab.Benchmarks;

/// <summary>
/// A benchmark whose iterations alternate with the matmul yardstick, so that what else the machine does slows both
/// and the share of one in the other stays.
/// </summary>
public abstract class BesideYardstick
{
    private const int Size = 1024;
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(150);

    private readonly Tensor _left = rand(Size, Size);
    private readonly Tensor _right = rand(Size, Size);
    private double _flops;
    private double _seconds;

    /// <summary>Measures the yardstick for a moment.</summary>
    [IterationSetup]
    public void Yardstick()
    {
        Multiply(); // Wakes the threads.
        var clock = Stopwatch.StartNew();
        do
        {
            Multiply();
            _flops += 2.0 * Size * Size * Size;
        }
        while (clock.Elapsed < Least);
        _seconds += clock.Elapsed.TotalSeconds;
    }

    /// <summary>Notes what one operation does, at the benchmark's end.</summary>
    internal void Note(string method, object? parameter, Work work)
    {
        // The class that BenchmarkDotNet runs inherits from the benchmark's.
        var type = GetType();
        while (type.Assembly != typeof(BesideYardstick).Assembly)
        {
            type = type.BaseType!;
        }

        Work.Note(type, method, parameter, work with { MatmulRate = _flops / _seconds });
        _left.Dispose();
        _right.Dispose();
    }

    private void Multiply() => _left.matmul(_right).Dispose();
}
