using DistilWhisperLab.Audio;

namespace DistilWhisperLab.Tests.Audio;

public sealed class MemoryTests : IDisposable
{
    private const long WorkingBytes = 4 << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(16000, 1, 600)]
    [InlineData(48000, 2, 120)]
    public void Decoding_allocates_little_beyond_the_result(int sampleRate, int channels, int seconds) =>
        AssertBounded(sampleRate, channels, seconds);

    [Fact]
    public void Eight_hours_of_silence_are_read()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LAB_TESTS") == "full", "Takes 2 GB of memory; LAB_TESTS=full runs it.");
        AssertBounded(16000, 1, 8 * 3600);
    }

    private void AssertBounded(int sampleRate, int channels, int seconds)
    {
        // The silence is a hole in the file, which takes no room on the disk.
        var path = _folder.Write("silence.wav", new WavBuilder { SampleRate = sampleRate, Channels = channels, ClaimedLength = 0 }.Build([]));
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(file.Length + (long)sampleRate * channels * seconds * sizeof(short));
        }

        AudioFile.Load(_folder.Write("short.wav", new WavBuilder().Build(new byte[100]))); // what the first use costs
        var before = GC.GetAllocatedBytesForCurrentThread();
        var clip = AudioFile.Load(path);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(seconds * 16000, clip.Samples.Length);
        Assert.Equal(0, clip.Samples.AsSpan().IndexOfAnyExcept(0f) + 1);
        Assert.InRange(allocated, 0, clip.Samples.Length * sizeof(float) + WorkingBytes);
    }
}
