namespace DistilWhisperLab.Experiments;

// Training: the data (Tables 2 and 13), the threshold (10), the amount of data (11), the objective (21).
public static partial class PaperTables
{
    /// <summary>A row of Table 2.</summary>
    /// <param name="Set">The data set.</param>
    /// <param name="Hours">Hours of speech.</param>
    /// <param name="Domain">What is heard.</param>
    public sealed record TrainingSetRow(string Set, int Hours, string Domain);

    /// <summary>
    /// Table 2: the training data, 21,170 hours. Table 13 of the appendix gives Common Voice 3,000 hours, and with them
    /// the 21,770 that are Table 11's 100 %.
    /// </summary>
    public static IReadOnlyList<TrainingSetRow> TrainingSets { get; } =
    [
        new("People's Speech", 12_000, "government, interviews"),
        new("GigaSpeech", 2_500, "audiobook, podcast, YouTube"),
        new("Common Voice 13", 2_400, "narrated Wikipedia"),
        new("Fisher", 1_960, "telephone"),
        new("LibriSpeech", 960, "audiobooks"),
        new("VoxPopuli", 540, "European Parliament"),
        new("TED-LIUM", 450, "talks"),
        new("SwitchBoard", 260, "telephone"),
        new("AMI", 100, "meetings"),
    ];

    /// <summary>Hours of all training data: Table 2's sum.</summary>
    public const int TrainingHours = 21_170;

    /// <summary>Hours of all training data by Table 13, with 3,000 of Common Voice.</summary>
    public const int AppendixTrainingHours = 21_770;

    /// <summary>Seconds of an utterance of the training data in the mean (Table 13).</summary>
    public const double MeanUtteranceSeconds = 7.1;

    /// <summary>Words of an utterance of the training data in the mean (Table 13).</summary>
    public const double MeanUtteranceWords = 19.8;

    /// <summary>A row of Table 10.</summary>
    /// <param name="Threshold">The threshold λ in percent: a pseudo-label with a higher WER is dropped.</param>
    /// <param name="Filtered">The share of the data that is dropped, in percent.</param>
    /// <param name="InDistributionWer">Of the in-distribution validation sets.</param>
    /// <param name="OutOfDistributionWer">Of the out-of-distribution validation sets.</param>
    /// <param name="AverageWer">Of all (<see cref="StudyAverage"/>).</param>
    public sealed record ThresholdRow(
        int Threshold, double Filtered, double InDistributionWer, double OutOfDistributionWer, double AverageWer);

    /// <summary>Table 10: what the WER threshold drops, and what that does to the student.</summary>
    public static IReadOnlyList<ThresholdRow> Thresholds { get; } =
    [
        new(100, 0, 14.8, 9.1, 13.4),
        new(80, 6.2, 13.5, 7.5, 12.1),
        new(40, 11.9, 13.3, 7.4, 12.0),
        new(20, 24.2, 13.1, 7.3, 11.7),
        new(15, 32.0, 13.0, 7.4, 11.7),
        new(10, 45.4, 12.6, 7.4, 11.4),
        new(5, 60.3, 12.6, 7.3, 11.4),
    ];

    /// <summary>A row of Table 11.</summary>
    /// <param name="Hours">Hours of training data.</param>
    /// <param name="Share">Their share of all, in percent.</param>
    /// <param name="InDistributionWer">Of the in-distribution validation sets.</param>
    /// <param name="OutOfDistributionWer">Of the out-of-distribution validation sets.</param>
    /// <param name="AverageWer">Of all (<see cref="StudyAverage"/>).</param>
    public sealed record DataScalingRow(
        int Hours, int Share, double InDistributionWer, double OutOfDistributionWer, double AverageWer);

    /// <summary>Table 11: what more training data brings.</summary>
    public static IReadOnlyList<DataScalingRow> DataScaling { get; } =
    [
        new(435, 2, 17.1, 13.8, 16.4),
        new(871, 4, 15.1, 10.5, 14.0),
        new(1742, 8, 14.0, 9.2, 12.9),
        new(3483, 16, 13.3, 7.8, 12.0),
        new(6966, 32, 13.0, 7.7, 11.8),
        new(13_933, 64, 12.8, 7.4, 11.6),
        new(AppendixTrainingHours, 100, 12.6, 7.4, 11.4),
    ];

    /// <summary>A row of Table 21.</summary>
    /// <param name="Objective">The terms of the loss: pseudo-labels, divergence from the teacher, hidden states.</param>
    /// <param name="InDistributionWer">Of the in-distribution validation sets.</param>
    /// <param name="OutOfDistributionWer">Of the out-of-distribution validation sets.</param>
    /// <param name="AverageWer">Of all (<see cref="StudyAverage"/>).</param>
    public sealed record ObjectiveRow(
        string Objective, double InDistributionWer, double OutOfDistributionWer, double AverageWer);

    /// <summary>Table 21: the terms of the distillation objective.</summary>
    public static IReadOnlyList<ObjectiveRow> Objectives { get; } =
    [
        new("PL", 12.8, 7.7, 11.6),
        new("PL + KL", 12.6, 7.4, 11.4),
        new("PL + KL + MSE", 12.6, 7.3, 11.4),
    ];
}
