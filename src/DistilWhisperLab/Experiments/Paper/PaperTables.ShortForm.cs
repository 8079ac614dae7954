namespace DistilWhisperLab.Experiments;

// Short-form accuracy: every set (Table 16) and effective robustness (Table 6).
public static partial class PaperTables
{
    /// <summary>A row of Tables 16 and 17: a test set's word error rates.</summary>
    /// <param name="Set">The test set.</param>
    /// <param name="InDistribution">Whether the students were trained on its training split.</param>
    /// <param name="Wer">Word error rates in percent in the order of <see cref="Models"/>.</param>
    public sealed record WerRow(string Set, bool InDistribution, IReadOnlyList<double> Wer)
    {
        /// <summary>The rate of a model of <see cref="Models"/>, in percent.</summary>
        /// <exception cref="LabException">The paper does not have it.</exception>
        public double Of(string model) =>
            Models.Index().FirstOrDefault(m => m.Item == model) is (var i, { })
                ? Wer[i]
                : throw new LabException($"The paper's tables do not have the model {model}; choose one of {string.Join(", ", Models)}.");
    }

    /// <summary>Table 16: short-form word error rates of every test set.</summary>
    public static IReadOnlyList<WerRow> ShortForm { get; } =
    [
        new("AMI IHM", true, [22.9, 19.9, 17.4, 16.4, 16.9, 16.1, 14.7]),
        new("AMI SDM", true, [50.0, 45.2, 38.1, 37.0, 36.5, 35.7, 33.9]),
        new("Call Home", true, [23.8, 20.3, 19.0, 16.0, 17.5, 15.1, 13.5]),
        new("Common Voice 13", true, [28.9, 21.4, 15.3, 12.3, 10.4, 15.3, 12.9]),
        new("GigaSpeech", true, [13.5, 12.1, 11.0, 10.8, 10.7, 11.2, 10.5]),
        new("LibriSpeech clean", true, [5.9, 4.4, 3.3, 3.1, 3.2, 3.9, 3.6]),
        new("LibriSpeech other", true, [14.1, 10.4, 7.4, 6.1, 5.6, 8.0, 6.9]),
        new("People's Speech", true, [26.4, 22.2, 19.3, 18.6, 18.6, 18.4, 16.5]),
        new("SwitchBoard", true, [17.7, 15.6, 15.3, 14.0, 14.2, 11.7, 11.2]),
        new("TED-LIUM", true, [11.8, 10.9, 10.1, 11.5, 12.0, 10.1, 9.6]),
        new("VoxPopuli", true, [11.3, 9.6, 8.3, 7.9, 7.3, 8.8, 8.0]),
        new("CHiME-4", false, [32.7, 24.1, 15.7, 12.7, 11.8, 15.1, 14.0]),
        new("Earnings-22", false, [25.8, 21.2, 17.9, 17.0, 16.6, 18.4, 16.9]),
        new("FLEURS", false, [11.2, 7.5, 5.9, 4.9, 4.2, 6.9, 6.3]),
        new("SPGISpeech", false, [5.8, 4.2, 3.6, 3.4, 3.8, 3.8, 3.3]),
    ];

    /// <summary>Table 16's averages as stated: in distribution, out of it, all sets; rates in the order of <see cref="Models"/>.</summary>
    public static (IReadOnlyList<double> InDistribution, IReadOnlyList<double> OutOfDistribution, IReadOnlyList<double> All) ShortFormAverages { get; } =
        ([20.6, 17.5, 15.0, 14.0, 13.9, 14.0, 12.8],
         [18.9, 14.3, 10.8, 9.5, 9.1, 11.1, 10.1],
         [20.1, 16.6, 13.8, 12.8, 12.6, 13.2, 12.1]);

    /// <summary>A row of Table 6.</summary>
    /// <param name="Set">The test set.</param>
    /// <param name="TeacherWer">large-v2's word error rate in percent.</param>
    /// <param name="StudentWer">distil-large-v2's.</param>
    /// <param name="RelativeChange">
    /// Student against teacher in percent of the teacher's, as stated; it was computed from rates not yet rounded.
    /// </param>
    public sealed record RobustnessRow(string Set, double TeacherWer, double StudentWer, double RelativeChange);

    /// <summary>Table 6: effective robustness. The first row, in distribution, is the reference.</summary>
    public static IReadOnlyList<RobustnessRow> Robustness { get; } =
    [
        new("GigaSpeech", 10.7, 10.5, -2.0),
        new("CHiME-4", 11.8, 14.0, 18.4),
        new("Earnings-22", 16.6, 16.9, 1.6),
        new("FLEURS", 4.2, 6.3, 48.2),
        new("SPGISpeech", 3.8, 3.3, -12.8),
    ];

    /// <summary>
    /// Table 6's last row as stated. All three are means of the rows above it: 10.7 % is the mean of the relative
    /// changes, not the change of the means, which is 8.5 %.
    /// </summary>
    public static RobustnessRow RobustnessAverage { get; } = new("average", 9.4, 10.2, 10.7);
}
