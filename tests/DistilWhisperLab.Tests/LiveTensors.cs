using static TorchSharp.torch;

namespace DistilWhisperLab.Tests;

/// <summary>Counts tensors, for tests that nothing is left behind.</summary>
internal static class LiveTensors
{
    /// <summary>
    /// How many live once those are gone that earlier tests left to the garbage collector: else it takes them at a
    /// moment of its own, and the count falls within a test. What a test itself must dispose is counted without this,
    /// with <see cref="Tensor.TotalCount"/>, since a collection would hide it.
    /// </summary>
    public static long Settled()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return Tensor.TotalCount;
    }
}
