using DistilWhisperLab.Audio.Acoustics;
using DistilWhisperLab.Corpora.Synthesis;

namespace DistilWhisperLab.Tests.Corpora.Synthesis;

public class LongPauseTests
{
    private const int Rate = 16000;

    [Fact]
    public void Pauses_hold_silence_the_room_music_or_distant_talk_at_their_levels()
    {
        // A scene without backgrounds of its own: what is heard is the pause's.
        var scene = AcousticScene.Draw(new AcousticsSpecification(), new Random(1));
        var levels = new List<double>();
        for (var seed = 0; seed < 300; seed++)
        {
            var pause = LongPause.Make([0.3, 20], scene, Talk, new Random(seed));
            Assert.InRange(pause.Length, 0.3 * Rate - 1, 20 * Rate);
            if (pause.Length > 2 * Rate)
            {
                levels.Add(Level.Decibel(Level.Power(pause)));
            }
        }

        foreach (var level in new[] { double.NegativeInfinity, -48, -36, -28 })
        {
            Assert.True(levels.Count(l => l == level || Math.Abs(l - level) < 0.5) > levels.Count / 10, $"Few pauses of {level} dB.");
        }

        Assert.All(levels, l => Assert.Contains(new[] { double.NegativeInfinity, -48, -36, -28 }, level => l == level || Math.Abs(l - level) < 0.5));
    }

    private static float[] Talk(int samples, Random random) =>
        [.. Enumerable.Range(0, samples).Select(i => (float)Math.Sin(0.1 * i) * (i % Rate < Rate / 2 ? 1 : 0.2f))];
}
