using System.Runtime.InteropServices;
using DistilWhisperLab.Runtime;
using TorchSharp;

namespace DistilWhisperLab.Tests.Runtime;

public sealed class LibTorchTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lab libtorch ");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Tensors_work_on_this_machine()
    {
        LibTorch.EnsureLoaded();
        using var product = torch.ones(2, 3).matmul(torch.ones(3, 2));
        Assert.Equal(3f, product[0, 0].item<float>());
    }

    [Fact]
    public void The_relaxed_copy_is_in_use_only_where_the_package_s_own_file_does_not_load()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has symbol versions.");
        var used = LibTorch.EnsureLoaded();
        var original = Path.Combine(LibTorch.NativeFolder, LibTorch.NativeName);

        var loads = NativeLibrary.TryLoad(original, out _);

        Assert.Equal(loads, used == original);
        if (!loads)
        {
            var (before, after) = (File.ReadAllBytes(original), File.ReadAllBytes(used));
            Assert.Equal(before.Length, after.Length);
            Assert.Equal([2], before.Zip(after, (a, b) => a ^ b).Where(difference => difference != 0));
        }
    }

    [Fact]
    public void Writing_a_relaxed_copy_leaves_the_original_byte_for_byte()
    {
        var original = WriteLibrary();
        var before = File.ReadAllBytes(original);

        var relaxed = LibTorch.WriteRelaxedCopy(original, Path.Combine(_folder.FullName, "relaxed"));

        Assert.Equal(before, File.ReadAllBytes(original));
        Assert.NotEqual(before, File.ReadAllBytes(relaxed));
        Assert.Equal(Path.GetFileName(original), Path.GetFileName(relaxed));
    }

    [Fact]
    public void A_damaged_copy_of_an_earlier_run_is_written_anew()
    {
        var original = WriteLibrary();
        var folder = Path.Combine(_folder.FullName, "relaxed");
        var relaxed = LibTorch.WriteRelaxedCopy(original, folder);
        var whole = File.ReadAllBytes(relaxed);
        File.WriteAllBytes(relaxed, whole[..10]);

        Assert.Equal(relaxed, LibTorch.WriteRelaxedCopy(original, folder));
        Assert.Equal(whole, File.ReadAllBytes(relaxed));
    }

    [Fact]
    public void An_installation_that_cannot_be_written_to_gets_its_copy_in_the_temporary_folder()
    {
        var original = WriteLibrary();
        var relaxed = LibTorch.WriteRelaxedCopy(original, Path.Combine(original, "a file, not a folder"));
        Assert.StartsWith(Path.GetTempPath(), relaxed);
        Directory.Delete(Path.GetDirectoryName(relaxed)!, recursive: true);
    }

    [Fact]
    public void A_library_that_must_not_be_relaxed_is_named_with_the_reason()
    {
        var original = WriteLibrary(("_ZNSt7needed", 2));
        var e = Assert.Throws<LabException>(() => LibTorch.WriteRelaxedCopy(original, _folder.FullName));
        Assert.Contains(original, e.Message);
        Assert.Contains("_ZNSt7needed", e.Message);
    }

    private string WriteLibrary(params (string Name, int Version)[] symbols)
    {
        var library = new ElfBuilder();
        library.Needs.Add(("libstdc++.so.6", [LibTorch.MissingVersion]));
        library.Symbols.Add((LibTorch.MarkerSymbol, 2));
        library.Symbols.AddRange(symbols);
        var path = Path.Combine(_folder.FullName, LibTorch.NativeName);
        File.WriteAllBytes(path, library.Build());
        return path;
    }
}
