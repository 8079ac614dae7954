using System.Globalization;

namespace DistilWhisperLab.Training;

/// <summary>What the values of a <see cref="TeacherSettings"/> must be.</summary>
internal static class TeacherSettingsCheck
{
    // As long as the published ones. Transformers pads to chunk_length times the sampling rate, which it takes for a
    // whole number only where chunk_length is written as one.
    private const int LongestWindow = 30;

    // Half of them, four, hold two timestamps, some text and its end. The most is some nine times Whisper's own.
    private const int FewestPositions = 8;
    private const int MostPositions = 4096;

    private const int WidestModel = 4096;

    // As WhisperConfig allows in a file.
    private const int MostLayers = 256;

    /// <summary>A sentence for each value that cannot be used, the first to be said first.</summary>
    public static IEnumerable<string> Faults(TeacherSettings settings) =>
        OfTheRun(settings).Concat(settings.From is null ? OfTheModel(settings) : [])
            .Where(rule => !rule.Good)
            .Select(rule => rule.Fault.ToString(CultureInfo.InvariantCulture));

    private static IEnumerable<(bool Good, FormattableString Fault)> OfTheRun(TeacherSettings s) =>
    [
        (s.Updates > 0, $"The run has {s.Updates} updates; --updates must be above 0."),
        (s.CtcUpdates >= 0, $"The encoder alone is to be trained for {s.CtcUpdates} updates; --ctc-updates must be 0, for no CTC loss at all, or more."),
        (s.CtcUpdates < s.Updates, $"The encoder alone is trained for {s.CtcUpdates} of {s.Updates} updates, which leaves none for the decoder; raise --updates or lower --ctc-updates."),
        (s.Batch > 0 && s.CtcBatch > 0, $"A batch holds {Math.Min(s.Batch, s.CtcBatch)} windows; --batch must be above 0."),
        (double.IsFinite(s.PeakLearningRate) && s.PeakLearningRate > 0, $"The learning rate is {s.PeakLearningRate}; --learning-rate must be a number above 0."),
        (s.Warmup >= 0, $"The learning rate warms up over {s.Warmup} updates, which must be 0 or more."),
        (double.IsFinite(s.CtcWeight) && s.CtcWeight >= 0, $"The CTC loss has the weight {s.CtcWeight}, which must be a number from 0 on."),
        Share(s.JoinFrom, "of the run after which windows hold several utterances", "--join-from"),
        Share(s.SpeechlessShare, "of windows in which nobody speaks", "--speechless"),
        Share(s.CtcUntil, "of the run that has the CTC loss", nameof(s.CtcUntil)),
        Share(s.SingleShare, "of whole windows that hold one utterance", nameof(s.SingleShare)),
        Share(s.TimestampProbability, "of windows with timestamps", nameof(s.TimestampProbability)),
        Share(s.PreviousTextProbability, "of windows behind the text before", nameof(s.PreviousTextProbability)),
        Share(s.SpeedShare, "of utterances of another speed", nameof(s.SpeedShare)),
        Share(s.NoiseShare, "of windows with a sound beside the speech", nameof(s.NoiseShare)),
        Share(s.MaskShare, "of windows with masks", nameof(s.MaskShare)),
    ];

    private static IEnumerable<(bool Good, FormattableString Fault)> OfTheModel(TeacherSettings s) =>
    [
        (s.WindowSeconds is >= 1 and <= LongestWindow && double.IsInteger(s.WindowSeconds),
            $"The window is {s.WindowSeconds} s long; --window must be a whole number of seconds from 1 to {LongestWindow}, since the Hugging Face layout knows no others."),
        (s.MaxTargetPositions is >= FewestPositions and <= MostPositions,
            $"The decoder has {s.MaxTargetPositions} positions; --target-positions must lie between {FewestPositions} and {MostPositions}."),
        (s.EncoderLayers is > 0 and <= MostLayers, $"The encoder has {s.EncoderLayers} blocks; --encoder-layers must lie between 1 and {MostLayers}."),
        (s.DecoderLayers is > 0 and <= MostLayers, $"The decoder has {s.DecoderLayers} blocks; --decoder-layers must lie between 1 and {MostLayers}."),
        (s.Width is >= 4 and <= WidestModel && s.Width % 2 == 0,
            $"The model is {s.Width} wide; --width must be an even number from 4 to {WidestModel}, since half of the encoder's positions are sines."),
        (s.Heads > 0 && s.Width % s.Heads == 0, $"{s.Heads} heads do not divide a width of {s.Width}; --width must be a multiple of --heads."),
    ];

    private static (bool Good, FormattableString Fault) Share(double share, string of, string name) =>
        (share is >= 0 and <= 1, $"The share {of} is {share}; {name} must lie between 0 and 1.");
}
