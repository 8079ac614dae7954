using DistilWhisperLab.Audio.Acoustics;
using DistilWhisperLab.Corpora.Synthesis;

namespace DistilWhisperLab.Tests.Corpora.Synthesis;

/// <summary>What the faults do to the samples, so that a wrong label is the audio's doing.</summary>
public class PlantedFaultsTests
{
    private static readonly float[] Speech = Tone(440, 0.2f, 16000);

    [Theory]
    [InlineData(24000)]
    [InlineData(8000)]
    public void A_second_talker_is_as_loud_and_no_longer(int samples)
    {
        var both = PlantedFaults.Overlap(Speech, Tone(700, 0.01f, samples));

        Assert.Equal(Speech.Length, both.Length);
        var heard = Math.Min(samples, Speech.Length);
        float[] second = [.. both.Zip(Speech, (b, s) => b - s)];
        Assert.Equal(Level.Power(Speech), Level.Power(second.AsSpan(0, heard)), 1e-4);
        Assert.All(second[heard..], s => Assert.Equal(0, s));
    }

    [Theory]
    [InlineData("music")]
    [InlineData("pink")]
    public void Under_music_or_noise_only_the_last_quarter_of_the_speech_is_left(string noise)
    {
        var drowned = PlantedFaults.Drown(Speech, noise, new Random(3));

        var alone = Noise.Of(noise, Speech.Length, new Random(3));
        var gain = (float)Math.Sqrt(Level.ActivePower(Speech));
        Assert.Equal(1, Level.Power(alone), 1e-3);
        for (var i = 0; i < Speech.Length; i++)
        {
            Assert.Equal((i < 12000 ? 0 : Speech[i]) + gain * alone[i], drowned[i], 1e-6f);
        }
    }

    [Fact]
    public void Nonsense_is_speech_from_its_end() =>
        Assert.Equal([3f, 2f, 1f], PlantedFaults.Reverse([1f, 2f, 3f]));

    [Fact]
    public void Faults_are_drawn_as_often_as_asked()
    {
        var shares = new Dictionary<string, double> { [PlantedFaults.Music] = 0.1, [PlantedFaults.WrongTranscript] = 0.3 };
        var random = new Random(1);
        var drawn = Enumerable.Range(0, 10_000).Select(_ => PlantedFaults.Draw(shares, random)).ToList();

        Assert.InRange(drawn.Count(f => f == PlantedFaults.Music), 900, 1100);
        Assert.InRange(drawn.Count(f => f == PlantedFaults.WrongTranscript), 2850, 3150);
        Assert.Equal(10_000, drawn.Count(f => f is null or PlantedFaults.Music or PlantedFaults.WrongTranscript));
    }

    private static float[] Tone(double hertz, float amplitude, int samples) =>
        [.. Enumerable.Range(0, samples).Select(i => amplitude * (float)Math.Sin(2 * Math.PI * hertz * i / 16000))];
}
