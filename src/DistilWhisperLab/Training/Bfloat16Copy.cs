using DistilWhisperLab.Models;
using DistilWhisperLab.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistilWhisperLab.Training;

/// <summary>
/// A model's copy in bfloat16 that computes in its place, while the model's own weights stay float32: an update that
/// bfloat16's eight significant bits would swallow is not lost (Micikevicius et al. 2018, "Mixed precision training").
/// bfloat16 has float32's range, so that the loss needs no scaling.
/// </summary>
internal sealed class Bfloat16Copy : IDisposable
{
    private readonly List<(Parameter Single, Parameter Copy)> _pairs;

    public Bfloat16Copy(WhisperModel model)
    {
        Model = new WhisperModel(model.Config, model.Device);
        Model.to(ScalarType.BFloat16);
        _pairs = [.. model.named_parameters().Zip(Model.named_parameters(), (single, copy) => (single.parameter, copy.parameter))];
        foreach (var (single, copy) in _pairs)
        {
            copy.requires_grad_(single.requires_grad);
        }

        TakeWeights();
    }

    /// <summary>The copy; what it takes and gives is bfloat16.</summary>
    public WhisperModel Model { get; }

    /// <summary>Rounds the model's weights to the copy's.</summary>
    public void TakeWeights()
    {
        using var withoutGradient = no_grad();
        _pairs.ForEach(pair => pair.Copy.copy_(pair.Single));
    }

    /// <summary>Adds the copy's gradients to the model's, and clears them.</summary>
    public void GiveGradients()
    {
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (single, copy) in _pairs)
        {
            if (copy.grad is not { } gradient)
            {
                continue;
            }

            if (single.grad is { } sum)
            {
                sum.add_(gradient, KeptScalars.One);
            }
            else
            {
                single.grad = gradient.to(ScalarType.Float32);
            }

            gradient.zero_();
        }
    }

    public void Dispose() => Model.Dispose();
}
