using DistilWhisperLab.Runtime;
using TorchSharp;

namespace DistilWhisperLab.Tests.Runtime;

public class LibTorchTests
{
    [Fact]
    public void Tensors_work_on_this_machine()
    {
        LibTorch.EnsureLoaded();
        using var product = torch.ones(2, 3).matmul(torch.ones(3, 2));
        Assert.Equal(3f, product[0, 0].item<float>());
    }
}
