using System.Buffers.Binary;
using System.Text;
using DistilWhisperLab.Models;
using static TorchSharp.torch;

namespace DistilWhisperLab.Tests.Models;

/// <summary>The format by its definition: eight bytes of length, a JSON header, the data.</summary>
public class SafetensorsFileTests
{
    [Fact]
    public void A_file_written_by_hand_is_read_in_every_type()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        byte[] data =
        [
            0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, // F32: 1, -2
            0, 0x3c, 1, 0, // F16: 1, 2^-24
            0x80, 0x3f, 0, 0x80, // BF16: 1, -0
            7, 0, 0, 0, 0, 0, 0, 0x80, // I64
        ];
        var path = folder.Write("a", File("""
            {"__metadata__": {}, "f": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
             "h": {"dtype": "F16", "shape": [1, 2], "data_offsets": [8, 12]},
             "b": {"dtype": "BF16", "shape": [2, 1], "data_offsets": [12, 16]},
             "i": {"dtype": "I64", "shape": [], "data_offsets": [16, 24]},
             "none": {"dtype": "F32", "shape": [0, 3], "data_offsets": [24, 24]}}      
            """, data));
        using var file = SafetensorsFile.Open(path);
        Assert.Equal([1f, -2f], file.Read("f").data<float>().ToArray());
        Assert.Equal([1f, MathF.Pow(2, -24)], file.Read("h").to(ScalarType.Float32).data<float>().ToArray());
        var b = file.Read("b").to(ScalarType.Float32);
        Assert.Equal([2, 1], b.shape);
        Assert.Equal([1, BitConverter.SingleToInt32Bits(-0f)], [(int)b.data<float>()[0], BitConverter.SingleToInt32Bits(b.data<float>()[1])]);
        Assert.Equal(long.MinValue + 7, file.Read("i").item<long>());
        Assert.Equal([0, 3], file.Read("none").shape);
    }

    [Theory]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [4, 12]}}", "at bytes [4, 12] of 8")] // past the end
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [8, 0]}}", "at bytes [8, 0]")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [-8, 0]}}", "at bytes [-8, 0]")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8, 8]}}", "at bytes [0, 8, 8]")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [0, 8]}}", "of shape [3] and type F32 8 bytes")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [-1, -2], \"data_offsets\": [0, 8]}}", "of shape [-1, -2]")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [4611686018427387904, 4], \"data_offsets\": [0, 8]}}", "the impossible shape")]
    [InlineData("{\"a\": {\"dtype\": \"F4\", \"shape\": [2], \"data_offsets\": [0, 8]}}", "the unknown type F4")]
    [InlineData("{\"a\": {\"dtype\": null, \"shape\": [2], \"data_offsets\": [0, 8]}}", "the unknown type")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [1.5], \"data_offsets\": [0, 8]}}", "not the expected JSON")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"data_offsets\": [0, 8]}}", "not the expected JSON")]
    [InlineData("{\"a\": 3}", "not the expected JSON")]
    [InlineData("[]", "not the expected JSON")]
    [InlineData("{\"a\": {\"dtype\"", "not the expected JSON")]
    [InlineData("", "not the expected JSON")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}, \"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 8]}}", "names tensor a twice")]
    [InlineData("{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}, \"b\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 8]}}", "tensor b bytes that belong to another")]
    public void A_header_that_lies_is_refused(string header, string message)
    {
        using var folder = new TemporaryFolder();
        AssertRefused(folder.Write("a.safetensors", File(header, new byte[8])), message);
    }

    [Theory]
    [InlineData(0x7fff_ffff_ffff_ffff)]
    [InlineData(-1)]
    [InlineData(100_000_001)]
    [InlineData(1000)]
    public void An_absurd_header_size_is_refused_before_memory_is_asked_for(long size)
    {
        using var folder = new TemporaryFolder();
        var bytes = File("{}", new byte[8]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, size);
        AssertRefused(folder.Write("a.safetensors", bytes), "announces a header of");
    }

    [Fact]
    public void What_git_leaves_without_LFS_is_named()
    {
        using var folder = new TemporaryFolder();
        AssertRefused(folder.Write("a.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n"), "git lfs pull");
    }

    [Fact]
    public void A_directory_and_a_missing_file_are_refused()
    {
        using var folder = new TemporaryFolder();
        AssertRefused(folder.Path, "does not exist");
        AssertRefused(folder.File("none"), "does not exist");
    }

    [Fact]
    public void A_tensor_of_another_shape_is_not_filled()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        SafetensorsFile.Write(folder.File("a"), [new("t", ones(2, 3))]);
        using var file = SafetensorsFile.Open(folder.File("a"));
        var error = Assert.Throws<CheckpointException>(() => file.ReadInto("t", zeros(3, 2)));
        Assert.Contains("has shape [2, 3], expected [3, 2]", error.Message);
        Assert.Contains("holds no tensor u", Assert.Throws<CheckpointException>(() => file.Read("u")).Message);
    }

    [Fact]
    public void Tensors_larger_than_a_chunk_and_views_are_written_as_they_are_seen()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var large = randn(3, 700_001);
        SafetensorsFile.Write(folder.File("a"), [new("large", large), new("turned", large.t()), new("half", large)], type: null);
        using var file = SafetensorsFile.Open(folder.File("a"));
        Assert.True(file.Read("large").eq(large).all().item<bool>());
        Assert.True(file.Read("turned").eq(large.t()).all().item<bool>());
        SafetensorsFile.Write(folder.File("b"), [new("large", large)], type: ScalarType.BFloat16);
        using var half = SafetensorsFile.Open(folder.File("b"));
        Assert.True(half.Read("large").eq(large.to(ScalarType.BFloat16)).all().item<bool>());
        Assert.Equal(large.numel() * 2, half.Entries["large"].End);
    }

    internal static byte[] File(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. data];
    }

    private static void AssertRefused(string path, string reason)
    {
        var error = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path)).Message;
        Assert.StartsWith(path + " ", error);
        Assert.Contains(reason, error);
        Assert.DoesNotContain('\n', error);
    }
}
