using DistilWhisperLab.Audio;
using DistilWhisperLab.Cli;
using DistilWhisperLab.Models;
using DistilWhisperLab.Tests.Audio;

namespace DistilWhisperLab.Tests.Cli;

public sealed class FeaturesCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(80)]
    [InlineData(128)]
    public async Task The_features_of_one_window_are_written(int mels)
    {
        var clip = new AudioClip(Signal.Babble(16000, 2), 16000);
        AudioFile.SaveWav(_folder.File("speech.wav"), clip);
        var output = _folder.File("features.safetensors");
        string[] choice = mels == 80 ? [] : ["--mels", $"{mels}"];
        Assert.Equal(0, await Program.Main(["features", _folder.File("speech.wav"), "--out", output, .. choice]));

        using var file = SafetensorsFile.Open(output);
        Assert.Equal(["log_mel"], file.Entries.Keys);
        using var written = file.Read("log_mel");
        using var spectrogram = new LogMelSpectrogram(mels);
        using var expected = spectrogram.Compute(AudioFile.Load(_folder.File("speech.wav")).Samples, 480_000);
        Assert.Equal([mels, 3000], written.shape);
        Assert.Equal(expected.data<float>().ToArray(), written.data<float>().ToArray());
    }

    [Fact]
    public async Task What_is_no_audio_ends_with_an_error()
    {
        var text = _folder.Write("speech.wav", "no wave"u8.ToArray());
        Assert.Equal(1, await Program.Main(["features", text, "--out", _folder.File("features.safetensors")]));
        Assert.False(File.Exists(_folder.File("features.safetensors")));
    }

    [Fact]
    public async Task Other_numbers_of_bands_are_wrong_usage() =>
        Assert.Equal(2, await Program.Main(["features", "a.wav", "--out", "b.safetensors", "--mels", "81"]));
}
