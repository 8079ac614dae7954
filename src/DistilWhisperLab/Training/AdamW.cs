using System.Runtime.InteropServices;
using DistilWhisperLab.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistilWhisperLab.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019) with PyTorch's order of operations. Its state is plain tensors with the
/// parameters' names, so that a checkpoint holds them like any other weights.
/// </summary>
public sealed class AdamW : IDisposable
{
    private readonly (string Name, Parameter Parameter, Tensor Mean, Tensor Variance)[] _slots;
    private readonly Tensor _steps; // [slots], int64: a parameter that had no gradient in an update has made fewer
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly double _weightDecay;

    /// <summary>Creates an optimiser for those parameters that require a gradient; the defaults are the paper's (T15).</summary>
    public AdamW(
        IEnumerable<(string Name, Parameter Parameter)> parameters,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0)
    {
        using var withoutGradient = no_grad();
        _slots = [.. parameters.Where(p => p.Parameter.requires_grad).Select(p => (
            p.Name,
            p.Parameter,
            zeros_like(p.Parameter).DetachFromDisposeScope(),
            zeros_like(p.Parameter).DetachFromDisposeScope()))];
        _steps = zeros(_slots.Length, ScalarType.Int64).DetachFromDisposeScope();
        (_beta1, _beta2, _epsilon, _weightDecay) = (beta1, beta2, epsilon, weightDecay);
    }

    /// <summary>Updates made so far.</summary>
    public int Updates { get; private set; }

    /// <summary>The parameters that are trained.</summary>
    public IEnumerable<Parameter> Parameters => _slots.Select(s => s.Parameter);

    /// <summary>Clears the gradients.</summary>
    public void ZeroGradients()
    {
        foreach (var slot in _slots)
        {
            slot.Parameter.grad?.zero_();
        }
    }

    /// <summary>
    /// Scales all gradients so that their common norm is at most <paramref name="limit"/>; returns the norm before.
    /// </summary>
    public double ClipGradients(double limit)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var gradients = _slots.Select(s => s.Parameter.grad).OfType<Tensor>().ToList();
        var norm = stack(gradients.Select(g => g.norm())).norm().item<float>();
        // NaN compares false, so that a broken gradient reaches the caller's check instead of vanishing here.
        if (norm > limit)
        {
            using Scalar factor = limit / (norm + 1e-6);
            gradients.ForEach(g => g.mul_(factor));
        }

        return norm;
    }

    /// <summary>One update with the gradients at hand.</summary>
    public void Step(double learningRate)
    {
        using var withoutGradient = no_grad();
        Updates++;
        // Held until the end of the update: see KeptScalars.
        using Scalar shrink = 1 - learningRate * _weightDecay;
        using Scalar keep = _beta2, toSquare = 1 - _beta2;
        using Scalar epsilon = _epsilon;
        using Tensor toGradient = 1 - _beta1;
        var steps = MemoryMarshal.Cast<byte, long>(_steps.bytes);
        for (var i = 0; i < _slots.Length; i++)
        {
            var (_, parameter, mean, variance) = _slots[i];
            using var scope = NewDisposeScope();
            if (parameter.grad is not { } gradient)
            {
                continue;
            }

            steps[i]++;
            using Scalar step = -learningRate / (1 - Math.Pow(_beta1, steps[i]));
            using Scalar correction = Math.Sqrt(1 - Math.Pow(_beta2, steps[i]));
            parameter.mul_(shrink);
            mean.lerp_(gradient, toGradient);
            variance.mul_(keep).addcmul_(gradient, gradient, toSquare);
            var deviation = variance.sqrt().div_(correction).add_(epsilon, KeptScalars.One);
            parameter.addcdiv_(mean, deviation, step);
        }
    }

    /// <summary>The running means and variances under the parameters' names, and how often each was updated.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State() =>
        _slots.SelectMany(s => (KeyValuePair<string, Tensor>[])[new(s.Name + ".mean", s.Mean), new(s.Name + ".variance", s.Variance)])
            .Append(new("steps", _steps));

    /// <summary>Says how many updates the restored state stands for.</summary>
    public void Resume(int updates) => Updates = updates;

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Mean.Dispose();
            slot.Variance.Dispose();
        }

        _steps.Dispose();
    }
}
