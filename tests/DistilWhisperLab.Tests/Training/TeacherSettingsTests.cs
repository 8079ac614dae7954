using DistilWhisperLab.Training;

namespace DistilWhisperLab.Tests.Training;

public class TeacherSettingsTests
{
    [Fact]
    public void A_value_that_cannot_be_used_is_refused_by_its_option_s_name()
    {
        var good = new TeacherSettings();
        good.Check();
        (good with { WindowSeconds = 10 }).Check();
        TeacherSettings.StageFrom("somewhere").Check();
        (TeacherSettings Settings, string Option)[] wrong =
        [
            (good with { Width = 30 }, "--width must be a multiple of --heads"),
            (good with { Width = 33, Heads = 3 }, "--width must be an even number"),
            (good with { Heads = 0 }, "--heads"),
            (good with { PeakLearningRate = -1 }, "The learning rate is -1; --learning-rate"),
            (good with { PeakLearningRate = 0 }, "--learning-rate"),
            (good with { PeakLearningRate = double.NaN }, "--learning-rate"),
            (good with { SpeechlessShare = 2 }, "--speechless"),
            (good with { SpeechlessShare = -1 }, "--speechless"),
            (good with { JoinFrom = 7 }, "--join-from"),
            (good with { TimestampProbability = double.NaN }, nameof(TeacherSettings.TimestampProbability)),
            (good with { CtcUpdates = -3 }, "--ctc-updates"),
            (good with { CtcUpdates = 8000 }, "leaves none for the decoder"),
            (good with { WindowSeconds = 10.01 }, "The window is 10.01 s long; --window must be a whole number"),
            (good with { WindowSeconds = 0 }, "--window"),
            (good with { WindowSeconds = 31 }, "--window"),
            (good with { MaxTargetPositions = 4 }, "--target-positions"),
            (good with { DecoderLayers = 1000 }, "--decoder-layers"),
            (good with { EncoderLayers = 0 }, "--encoder-layers"),
        ];
        Assert.All(wrong, w => Assert.Contains(w.Option, Assert.Throws<LabException>(w.Settings.Check).Message));
    }

    [Fact]
    public void The_decoder_s_positions_follow_the_window_unless_they_are_given()
    {
        var settings = new TeacherSettings();
        Assert.Equal(128, settings.MaxTargetPositions);
        Assert.Equal(160, (settings with { WindowSeconds = 10 }).MaxTargetPositions);
        Assert.Equal(200, (settings with { MaxTargetPositions = 200, WindowSeconds = 10 }).MaxTargetPositions);
    }

    [Fact]
    public void Texts_that_half_of_the_positions_do_not_hold_are_counted()
    {
        SpeechExample Text(int tokens) => new(default, new int[tokens], [], "some", 0);
        var data = new TeacherExamples([Text(19), Text(20), Text(21)], 1, new Dictionary<string, int>(), 0, 0);
        Assert.StartsWith("1 of 3 utterances have texts of more than 20 tokens", data.BeyondDecoding(40));
        Assert.Null(data.BeyondDecoding(42));
    }

    [Fact]
    public void The_recipe_has_its_phases_and_warms_up_again_where_the_decoder_joins_in()
    {
        var settings = new TeacherSettings { Updates = 1000, CtcUpdates = 200, Warmup = 100, PeakLearningRate = 1 };
        Assert.Equal(
            [TeacherPhase.Encoder, TeacherPhase.Encoder, TeacherPhase.Single, TeacherPhase.Single, TeacherPhase.Joined],
            ((int[])[0, 199, 200, 499, 500]).Select(settings.PhaseAt));
        Assert.Equal([0.01, 1, 0.01 * 800 / 900, 700.0 / 900], ((int[])[0, 99, 200, 300]).Select(u => Math.Round(settings.LearningRateAt(u), 12)), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([true, true, false], ((int[])[0, 799, 800]).Select(settings.CtcAt));
        var stage = TeacherSettings.StageFrom("somewhere");
        Assert.Equal((TeacherPhase.Joined, false), (stage.PhaseAt(0), stage.CtcAt(0)));
    }
}
