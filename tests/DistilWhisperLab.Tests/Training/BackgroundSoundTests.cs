using DistilWhisperLab.Audio.Acoustics;
using DistilWhisperLab.Training;

namespace DistilWhisperLab.Tests.Training;

public class BackgroundSoundTests
{
    private const int Second = 16000;

    [Fact]
    public void A_sound_beside_speech_is_5_to_30_dB_quieter_and_follows_from_its_random_numbers()
    {
        var background = new BackgroundSound(SmallTeacher.Examples());
        var quietest = double.MaxValue;
        for (var seed = 0; seed < 40; seed++)
        {
            float[] window = new float[Second], again = new float[Second];
            background.AddBeside(window, power: 0.01, new Random(seed));
            background.AddBeside(again, power: 0.01, new Random(seed));
            Assert.Equal(window, again);
            var decibels = Level.Decibel(Level.Power(window));
            Assert.InRange(decibels, -50.01, -24.99);
            quietest = Math.Min(quietest, decibels);
        }

        Assert.True(quietest < -40, $"The quietest of 40 had {quietest:0.0} dB.");
    }

    [Fact]
    public void Only_long_stretches_without_speech_are_filled_and_some_of_them_stay_silent()
    {
        var background = new BackgroundSound(SmallTeacher.Examples());
        (int From, int To)[] speech = [(Second / 2, 2 * Second), (4 * Second, 5 * Second), (6 * Second - 100, 9 * Second)];
        var (filled, silent) = (0, 0);
        for (var seed = 0; seed < 40; seed++)
        {
            var window = new float[8 * Second];
            background.FillPauses(window, speech, new Random(seed));
            var power = Level.Power(window.AsSpan(2 * Second, 2 * Second));
            Assert.All((int[])[.. Enumerable.Range(0, 2 * Second), .. Enumerable.Range(4 * Second, 4 * Second)], i => Assert.Equal(0, window[i]));
            Assert.True(power == 0 || Level.Decibel(power) is > -60.01 and < -21.99);
            (filled, silent) = power > 0 ? (filled + 1, silent) : (filled, silent + 1);
        }

        Assert.InRange(silent, 3, 20);
        Assert.Equal(40, filled + silent);
    }

    [Fact]
    public void A_window_without_speech_is_one_stretch()
    {
        var background = new BackgroundSound(SmallTeacher.Examples());
        var loud = Enumerable.Range(0, 40).Count(seed =>
        {
            var window = new float[8 * Second];
            background.FillPauses(window, [], new Random(seed));
            return Level.Power(window) > 0;
        });
        Assert.InRange(loud, 20, 37);
    }
}
