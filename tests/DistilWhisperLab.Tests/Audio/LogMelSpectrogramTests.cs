using DistilWhisperLab.Audio;

namespace DistilWhisperLab.Tests.Audio;

public class LogMelSpectrogramTests
{
    [Fact]
    public void Thirty_seconds_of_silence_are_minus_one_and_a_half_in_every_cell()
    {
        using var features = new LogMelSpectrogram();
        using var silence = features.Compute([], 480_000);
        Assert.Equal([80, 3000], silence.shape);
        Assert.All(silence.data<float>(), cell => Assert.Equal(-1.5f, cell));
    }
}
