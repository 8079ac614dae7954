namespace DistilWhisperLab.Training;

/// <summary>A line of the teacher's log: means since the line before; a figure that was not taken is null.</summary>
/// <param name="Update">Updates made.</param>
/// <param name="Seconds">Time spent on training so far, validation and earlier sittings included.</param>
/// <param name="UpdatesPerSecond">Since the line before.</param>
/// <param name="Ctc">The CTC loss in nats a letter.</param>
/// <param name="CrossEntropy">The decoder's loss in nats a token.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="LearningRate">Of the last update.</param>
/// <param name="ValidationWer">The mean over domains, in percent.</param>
/// <param name="DomainWer">Each domain's, in percent.</param>
public sealed record TeacherLogLine(
    int Update,
    double Seconds,
    double UpdatesPerSecond,
    double? Ctc,
    double? CrossEntropy,
    double? GradientNorm,
    double LearningRate,
    double? ValidationWer = null,
    IReadOnlyDictionary<string, double>? DomainWer = null) : ITrainingLogLine
{
    /// <inheritdoc/>
    public IEnumerable<(string Tag, double? Value)> Curves() =>
    [
        ("loss/ctc", Ctc), ("loss/cross_entropy", CrossEntropy), ("gradient_norm", GradientNorm), ("learning_rate", LearningRate),
        ("updates_per_second", UpdatesPerSecond), ("wer/mean", ValidationWer),
        .. (DomainWer ?? new Dictionary<string, double>()).Select(d => ($"wer/{d.Key}", (double?)d.Value)),
    ];
}
