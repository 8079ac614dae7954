using TorchSharp;

namespace DistilWhisperLab.Runtime;

/// <summary>
/// Numbers given to libtorch that must outlive the call. TorchSharp 0.107 makes one for every plain number, also for
/// the factor 1 in <c>a + b</c>, and the garbage collector may free it while the native code still reads it, when
/// another thread sets off a collection; then the call throws, or computes with whatever lies there.
/// </summary>
internal static class KeptScalars
{
    /// <summary>One.</summary>
    public static readonly Scalar One = 1;

    /// <summary>Minus infinity.</summary>
    public static readonly Scalar NegativeInfinity = float.NegativeInfinity;

    /// <summary>The sum, as <c>+</c> gives it.</summary>
    public static torch.Tensor Plus(this torch.Tensor left, torch.Tensor right) => left.add(right, One);
}
