using TorchSharp;

namespace DistilWhisperLab.Runtime;

/// <summary>Chooses where tensors live and work is done.</summary>
public static class Devices
{
    /// <summary>The device for a setting.</summary>
    /// <param name="name">
    /// <c>auto</c> (the first GPU, or the CPU where there is none), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.
    /// </param>
    /// <exception cref="LabException">The name is none of these, or that device is not to be had.</exception>
    public static torch.Device Choose(string name)
    {
        LibTorch.EnsureLoaded();
        // A build without CUDA has no CUDA library to ask; TorchSharp would look for one and complain at length.
        var withCuda = LibTorch.HasCuda;
        return Choose(name, withCuda, withCuda && torch.cuda.is_available() ? torch.cuda.device_count() : 0);
    }

    /// <summary>The rule itself, for a build with or without CUDA and a number of visible GPUs.</summary>
    internal static torch.Device Choose(string name, bool withCuda, int gpus)
    {
        if (name == "cpu" || (name == "auto" && gpus == 0))
        {
            return torch.CPU;
        }

        if (name == "auto")
        {
            return new torch.Device(DeviceType.CUDA, 0);
        }

        var index = 0;
        if (name != "cuda" && !(name.StartsWith("cuda:") && int.TryParse(name.AsSpan(5), out index) && index >= 0))
        {
            throw new LabException($"The device \"{name}\" is not known; use auto, cpu, cuda or cuda:N.");
        }

        if (!withCuda)
        {
            throw new LabException($"The device {name} needs a build with CUDA; build again with dotnet build -c Release -p:Cuda=true, or use cpu.");
        }

        if (gpus == 0)
        {
            throw new LabException($"The device {name} was asked for, but no GPU is visible; check nvidia-smi and CUDA_VISIBLE_DEVICES, or use cpu.");
        }

        return index < gpus
            ? new torch.Device(DeviceType.CUDA, index)
            : throw new LabException($"The device {name} does not exist: {gpus} GPU(s) are visible, counted from cuda:0.");
    }
}
