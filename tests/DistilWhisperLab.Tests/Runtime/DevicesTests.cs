using DistilWhisperLab.Runtime;
using TorchSharp;

namespace DistilWhisperLab.Tests.Runtime;

public class DevicesTests
{
    [Theory]
    [InlineData("cpu", false, 0, DeviceType.CPU, -1)]
    [InlineData("cpu", true, 2, DeviceType.CPU, -1)]
    [InlineData("auto", false, 0, DeviceType.CPU, -1)]
    [InlineData("auto", true, 0, DeviceType.CPU, -1)]
    [InlineData("auto", true, 2, DeviceType.CUDA, 0)]
    [InlineData("cuda", true, 1, DeviceType.CUDA, 0)]
    [InlineData("cuda:0", true, 2, DeviceType.CUDA, 0)]
    [InlineData("cuda:1", true, 2, DeviceType.CUDA, 1)]
    public void The_device_follows_the_setting_and_what_is_there(string name, bool withCuda, int gpus, DeviceType type, int index)
    {
        var device = Devices.Choose(name, withCuda, gpus);
        Assert.Equal((type, index), (device.type, device.index));
    }

    [Theory]
    [InlineData("cuda", false, 0, "-p:Cuda=true")]
    [InlineData("cuda:1", false, 0, "-p:Cuda=true")]
    [InlineData("cuda", true, 0, "no GPU is visible")]
    [InlineData("cuda:2", true, 2, "2 GPU(s) are visible")]
    [InlineData("gpu", true, 1, "auto, cpu, cuda or cuda:N")]
    [InlineData("cuda:", true, 1, "auto, cpu, cuda or cuda:N")]
    [InlineData("cuda:-1", true, 1, "auto, cpu, cuda or cuda:N")]
    [InlineData("", true, 1, "auto, cpu, cuda or cuda:N")]
    public void A_device_that_is_not_to_be_had_is_refused_with_what_to_do(string name, bool withCuda, int gpus, string expected)
    {
        var e = Assert.Throws<LabException>(() => Devices.Choose(name, withCuda, gpus));
        Assert.Contains(expected, e.Message);
        Assert.Contains(name, e.Message);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("cpu")]
    public void A_chosen_device_holds_tensors(string name)
    {
        using var tensor = torch.ones(2, device: Devices.Choose(name));
        Assert.Equal(2f, tensor.sum().item<float>());
    }
}
