using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Tests.Runtime;

public sealed class LabPathsTests
{
    [Fact]
    public void A_path_in_the_clone_is_named_from_its_root() =>
        Assert.Equal("data/teacher", LabPaths.Portable(Path.Combine(LabPaths.Data, "..", "data", "teacher")));

    [Fact]
    public void A_path_elsewhere_stays_as_it_is()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(folder.File("model"), LabPaths.Portable(folder.File("model")));
    }
}
