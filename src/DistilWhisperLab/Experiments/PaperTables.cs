namespace DistilWhisperLab.Experiments;

/// <summary>The paper's own numbers, read off its tables (arXiv 2311.00430); every notebook takes them from here.</summary>
public static class PaperTables
{
    /// <summary>A row of Table 5: sizes, speed and out-of-distribution error of the models compared.</summary>
    /// <param name="Model">The model's name.</param>
    /// <param name="Parameters">Parameters in millions.</param>
    /// <param name="ShortSpeed">Times as fast as large-v2 on short audio, batch 1.</param>
    /// <param name="ShortWer">Word error rate in percent, short-form out-of-distribution sets.</param>
    /// <param name="LongSpeed">Times as fast as large-v2 on long audio, batch 16.</param>
    /// <param name="LongWer">Word error rate in percent, long-form out-of-distribution sets.</param>
    public sealed record HeadlineRow(
        string Model, int Parameters, double ShortSpeed, double ShortWer, double LongSpeed, double LongWer);

    /// <summary>Table 5: 5.8 times faster with half the parameters, within 1 % WER.</summary>
    public static IReadOnlyList<HeadlineRow> Headline { get; } =
    [
        new("tiny.en", 39, 6.1, 18.9, 5.4, 18.9),
        new("base.en", 74, 4.9, 14.3, 4.3, 15.7),
        new("small.en", 244, 2.6, 10.8, 2.2, 14.7),
        new("medium.en", 769, 1.4, 9.5, 1.3, 12.3),
        new("large-v2", 1550, 1.0, 9.1, 1.0, 11.7),
        new("distil-medium.en", 394, 6.8, 11.1, 8.5, 12.4),
        new("distil-large-v2", 756, 5.8, 10.1, 5.8, 11.6),
    ];
}
