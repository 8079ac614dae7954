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
    private readonly List<double> _rates = [];

    /// <summary>Measures the yardstick for a moment.</summary>
    [IterationSetup]
    public void Yardstick()
    {
        Multiply(); // Wakes the threads.
        var clock = Stopwatch.StartNew();
        var products = 0;
        do
        {
            Multiply();
            products++;
        }
        while (clock.Elapsed < Least);
        _rates.Add(2.0 * Size * Size * Size * products / clock.Elapsed.TotalSeconds);
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

        var median = _rates.Order().ElementAt(_rates.Count / 2);
        Work.Note(type, method, parameter, work with { MatmulRate = median });
        _left.Dispose();
        _right.Dispose();
    }

    private void Multiply() => _left.matmul(_right).Dispose();
}
