using DistilWhisperLab.Training;

namespace DistilWhisperLab.Tests.Training;

public class SampleFileTests
{
    [Fact]
    public void It_is_read_in_any_order_and_no_killed_run_leaves_it_behind()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("audio.tmp", "what a run of long ago left");
        using (var audio = new SampleFile(path))
        {
            StoredSamples first = audio.Add([0.5f, -1]), second = audio.Add([1, 0, 0.25f]);
            Assert.Equal([32767, 0, 8192], Read(second));
            Assert.Equal([16384, -32767], Read(first));
            // Without a name it is gone with the process, whatever ends that; Windows takes care of it itself.
            Assert.Equal(OperatingSystem.IsWindows(), File.Exists(path));
        }

        Assert.False(File.Exists(path));
    }

    private static short[] Read(StoredSamples stored)
    {
        var samples = new short[stored.Length];
        stored.Read(samples);
        return samples;
    }
}
