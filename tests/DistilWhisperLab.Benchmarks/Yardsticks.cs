using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace DistilWhisperLab.Benchmarks;

/// <summary>What the machine gives at best: fp32 products of matrices, and memory read in a stream.</summary>
public class Yardsticks
{
    private const int Size = 2048;
    private const int Products = 4;
    private const long Floats = 1L << 26; // 256 MiB, more than any cache
    private const int Reads = 8;

    private Tensor _left = null!;
    private Tensor _right = null!;
    private Tensor _memory = null!;

    [GlobalSetup]
    public void Setup()
    {
        (_left, _right, _memory) = (rand(Size, Size), rand(Size, Size), ones(Floats));
        Work.Note(typeof(Yardsticks), nameof(Matmul), null, new Work(Flops: 2.0 * Size * Size * Size));
        Work.Note(typeof(Yardsticks), nameof(Read), null, new Work(Bytes: sizeof(float) * (double)Floats));
    }

    [Benchmark(OperationsPerInvoke = Products)]
    public void Matmul()
    {
        for (var i = 0; i < Products; i++)
        {
            _left.matmul(_right).Dispose();
        }
    }

    [Benchmark(OperationsPerInvoke = Reads)]
    public void Read()
    {
        for (var i = 0; i < Reads; i++)
        {
            _memory.sum().Dispose();
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _left.Dispose();
        _right.Dispose();
        _memory.Dispose();
    }
}
