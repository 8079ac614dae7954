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

    /// <summary>A row of Table 12.</summary>
    /// <param name="EncoderLayers">Encoder layers of a model of large-v2's width.</param>
    /// <param name="DecoderLayers">Its decoder layers.</param>
    /// <param name="Parameters">Parameters in millions.</param>
    /// <param name="Speed">Times as fast as large-v2, batch 1.</param>
    /// <param name="InDistributionWer">Word error rate in percent, mean of the in-distribution sets.</param>
    /// <param name="OutOfDistributionWer">Word error rate in percent, mean of the out-of-distribution sets.</param>
    public sealed record ModelSizeRow(
        int EncoderLayers, int DecoderLayers, int Parameters, double Speed, double InDistributionWer, double OutOfDistributionWer);

    /// <summary>Table 12: what the decoder's and the encoder's depth cost and save; the first row is the teacher.</summary>
    public static IReadOnlyList<ModelSizeRow> ModelSizes { get; } =
    [
        new(32, 32, 1543, 1.0, 12.8, 5.3),
        new(32, 16, 1124, 1.9, 11.3, 5.4),
        new(32, 8, 914, 3.0, 11.6, 6.0),
        new(32, 4, 809, 4.3, 12.0, 6.5),
        new(32, 2, 756, 5.8, 12.6, 7.4),
        new(16, 2, 441, 8.6, 16.0, 10.5),
    ];
}
