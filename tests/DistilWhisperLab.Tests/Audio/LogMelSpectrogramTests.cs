using DistilWhisperLab.Audio;
using DistilWhisperLab.Models;
using TorchSharp;

namespace DistilWhisperLab.Tests.Audio;

public class LogMelSpectrogramTests
{
    private const int Window30s = 480_000;

    [Theory]
    [InlineData(80)]
    [InlineData(128)]
    public void The_filters_are_the_reference_filters(int mels)
    {
        var (shape, expected) = Npz.Read(Fixtures.File("reference", "mel_filters.npz"), $"mel_{mels}");
        var filters = MelFilters.Create(mels, LogMelSpectrogram.FftSize, LogMelSpectrogram.SampleRate);
        Assert.Equal([mels, 201], shape);
        Assert.Equal(expected.Length, filters.Length);
        Assert.All(expected.Zip(filters), pair => Assert.Equal(pair.First, pair.Second, 1e-8f));
    }

    [Theory]
    [InlineData("whisper-base")]
    [InlineData("whisper-tiny.en")]
    public void Real_speech_gives_the_features_of_the_reference(string model)
    {
        using var golden = SafetensorsFile.Open(Fixtures.File("golden", $"states-1272-{model}.safetensors"));
        using var goldenMel = golden.Read("log_mel_every_10th_frame");
        Assert.Equal([80, 300], goldenMel.shape);
        var expected = goldenMel.data<float>().ToArray();
        var speech = AudioFile.Load(Fixtures.File("speech", "librispeech__1272-128104-0000.wav"));

        using var spectrogram = new LogMelSpectrogram();
        using var features = spectrogram.Compute(speech.Samples, Window30s);
        Assert.Equal([80, 3000], features.shape);
        var actual = features.data<float>().ToArray();
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i / 300 * 3000 + i % 300 * 10], 1e-4f);
        }
    }

    [Theory]
    [InlineData(80, 3200)]
    [InlineData(128, 3359)]
    [InlineData(80, 201)]
    public void Every_cell_is_what_the_definition_says(int mels, int length)
    {
        var random = new Random(7);
        var samples = Enumerable.Range(0, length)
            .Select(i => (float)(0.4 * Math.Sin(i * 0.3) + 0.2 * (random.NextDouble() - 0.5)))
            .ToArray();
        samples[^1] = 1; // a click that reflects into the last frames, and most of all into the one that is dropped
        AssertEqualsDefinition(samples, length, mels);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(159)]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(400)]
    public void Short_recordings_are_padded_with_silence_before_the_transform(int length)
    {
        var samples = Enumerable.Range(0, length).Select(i => (float)Math.Cos(i)).ToArray();
        AssertEqualsDefinition(samples, 1600, 80);
    }

    [Fact]
    public void A_recording_longer_than_one_block_is_continuous()
    {
        var random = new Random(3);
        var samples = Enumerable.Range(0, 4200 * 160).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
        using var spectrogram = new LogMelSpectrogram();
        using var whole = spectrogram.Compute(samples, samples.Length);
        // The frames around the block's edge (4096) computed again, far from the part's own ends.
        using var part = spectrogram.Compute(samples.AsSpan(4080 * 160, 40 * 160), 40 * 160);
        using var expected = part.narrow(1, 2, 36);
        using var actual = whole.narrow(1, 4082, 36);
        using var difference = (expected - actual).abs().max();
        Assert.InRange(difference.item<float>(), 0, 1e-4f);
    }

    [Fact]
    public void Thirty_seconds_of_silence_are_minus_one_and_a_half_in_every_cell()
    {
        using var spectrogram = new LogMelSpectrogram();
        using var silence = spectrogram.Compute([], Window30s);
        Assert.Equal([80, 3000], silence.shape);
        Assert.All(silence.data<float>(), cell => Assert.Equal(-1.5f, cell));
    }

    [Fact]
    public void Silence_after_a_tone_lies_on_the_floor_below_the_loudest_cell()
    {
        var tone = Enumerable.Range(0, 16000).Select(i => (float)Math.Sin(2 * Math.PI * 440 * i / 16000)).ToArray();
        using var spectrogram = new LogMelSpectrogram();
        using var features = spectrogram.Compute(tone, Window30s);
        using var tail = features.narrow(1, 102, 2898);
        var floor = features.max().item<float>() - 2; // 8 decades, divided by 4
        Assert.NotEqual(0, floor);
        Assert.All(tail.contiguous().data<float>(), cell => Assert.Equal(floor, cell, 1e-6f));
    }

    [Theory]
    [InlineData(160_000, 1000)]
    [InlineData(480_000, 3000)]
    [InlineData(479_999, 2999)]
    [InlineData(320, 2)]
    [InlineData(319, 1)]
    public void There_is_a_frame_for_every_whole_hop(int samples, int frames)
    {
        using var spectrogram = new LogMelSpectrogram();
        using var features = spectrogram.Compute(new float[1000], samples);
        Assert.Equal([80, frames], features.shape);
    }

    [Fact]
    public void A_longer_recording_is_cut()
    {
        var samples = Enumerable.Range(0, 5000).Select(i => (float)Math.Sin(i * i * 0.001)).ToArray();
        using var spectrogram = new LogMelSpectrogram();
        using var cut = spectrogram.Compute(samples, 1600);
        using var exact = spectrogram.Compute(samples.AsSpan(0, 1600), 1600);
        Assert.Equal(exact.data<float>().ToArray(), cut.data<float>().ToArray());
    }

    [Fact]
    public void Each_row_of_a_batch_has_the_features_it_has_alone()
    {
        torch.random.manual_seed(1);
        using var scope = torch.NewDisposeScope();
        using var spectrogram = new LogMelSpectrogram();
        var samples = torch.rand(3, 16_000) * torch.tensor(new[] { 1f, 0.01f, 0f }).unsqueeze(1);
        var batch = spectrogram.Compute(samples);
        Assert.Equal([3, 80, 100], batch.shape);
        for (var row = 0; row < 3; row++)
        {
            var alone = spectrogram.Compute(samples[row].data<float>().ToArray(), 16_000);
            Assert.InRange((batch[row] - alone).abs().max().item<float>(), 0, 1e-5f);
        }
    }

    [Fact]
    public void Too_short_a_window_to_reflect_is_refused()
    {
        using var spectrogram = new LogMelSpectrogram();
        Assert.Throws<ArgumentOutOfRangeException>(() => spectrogram.Compute([], 200));
        using var samples = torch.zeros(1, 200);
        Assert.Throws<ArgumentOutOfRangeException>(() => spectrogram.Compute(samples));
    }

    [Fact]
    public void Only_the_result_stays_alive()
    {
        using var spectrogram = new LogMelSpectrogram();
        using var scope = torch.NewDisposeScope();
        var result = spectrogram.Compute(new float[16_000], 16_000);
        Assert.Equal(1, scope.DisposablesCount);
        Assert.False(result.requires_grad);
    }

    private static void AssertEqualsDefinition(float[] samples, int paddedSamples, int mels)
    {
        var padded = new double[paddedSamples];
        Array.ConvertAll(samples, s => (double)s).CopyTo(padded, 0);
        var expected = StraightforwardLogMel.Compute(padded, mels);

        using var spectrogram = new LogMelSpectrogram(mels);
        using var features = spectrogram.Compute(samples, paddedSamples);
        var frames = paddedSamples / 160;
        Assert.Equal([mels, frames], features.shape);
        var actual = features.data<float>().ToArray();
        for (var m = 0; m < mels; m++)
        {
            for (var t = 0; t < frames; t++)
            {
                Assert.Equal(expected[m][t], actual[m * frames + t], 1e-4);
            }
        }
    }
}
