using DistilWhisperLab.Training;

namespace DistilWhisperLab.Tests.Training;

public class SpeechAugmentationTests
{
    [Theory]
    [InlineData(0.9)]
    [InlineData(1.0)]
    [InlineData(1.1)]
    public void A_tone_played_faster_is_shorter_and_higher(double speed)
    {
        const double frequency = 2 * Math.PI * 500 / 16000;
        short[] tone = [.. Enumerable.Range(0, 8000).Select(t => (short)(16384 * Math.Sin(frequency * t)))];
        var target = new float[SpeechAugmentation.Length(tone.Length, speed)];
        SpeechAugmentation.Write(tone, speed, gain: 2, target);
        Assert.Equal((int)(8000 / speed), target.Length);
        for (var t = 2; t < target.Length - 4; t++)
        {
            Assert.Equal(Math.Sin(frequency * speed * t), target[t], 2e-3);
        }
    }

    [Fact]
    public void Masks_leave_most_of_the_features_as_they_were()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var features = Enumerable.Repeat(1f, 80 * 300).ToArray();
            SpeechAugmentation.Mask(features, 300, new Random(seed));
            Assert.InRange(features.Count(f => f == 0), 0, features.Length / 3);
        }
    }

    [Theory]
    [InlineData("Dr. Smith's  café, No. 42!", "dr smith's cafe no 42")]
    [InlineData(" “Well”—he said… ", "well he said")]
    [InlineData("?!", "")]
    public void The_ctc_loss_hears_letters_digits_apostrophes_and_single_spaces(string text, string heard)
    {
        const string symbols = "_ abcdefghijklmnopqrstuvwxyz'0123456789";
        Assert.Equal(heard, string.Concat(CtcAlphabet.Encode(text).Select(s => symbols[s])));
        Assert.Equal(symbols.Length, CtcAlphabet.Size);
        Assert.Equal("a b", string.Concat(CtcAlphabet.Join([CtcAlphabet.Encode("a"), [], CtcAlphabet.Encode("b")]).Select(s => symbols[s])));
    }
}
