namespace DistilWhisperLab.Experiments;

/// <summary>
/// The paper's own numbers, read off its tables (arXiv 2311.00430); every notebook takes them from here. Word error
/// rates are in percent. Tables 10, 11, 12 and 21 are of validation sets, Tables 5 to 8 and 16 to 19 of test sets: the
/// same student's 7.4 and 10.1 % out of distribution are not to be compared.
/// </summary>
public static partial class PaperTables
{
    /// <summary>The models of Tables 5, 16, 17, 24 and 25, in the order of their columns.</summary>
    public static IReadOnlyList<string> Models { get; } =
        ["tiny.en", "base.en", "small.en", "medium.en", "large-v2", "distil-medium.en", "distil-large-v2"];

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

    /// <summary>A row of Tables 1 and 3: a model's dimensions.</summary>
    /// <param name="Model">The model's name.</param>
    /// <param name="EncoderLayers">Encoder layers.</param>
    /// <param name="DecoderLayers">Decoder layers.</param>
    /// <param name="Width">Width of the residual stream.</param>
    /// <param name="Heads">Attention heads a layer.</param>
    /// <param name="Parameters">Parameters in millions.</param>
    public sealed record DimensionsRow(
        string Model, int EncoderLayers, int DecoderLayers, int Width, int Heads, int Parameters);

    /// <summary>Tables 1 and 3: Whisper's sizes and the two students'.</summary>
    public static IReadOnlyList<DimensionsRow> Dimensions { get; } =
    [
        new("tiny", 4, 4, 384, 6, 39),
        new("base", 6, 6, 512, 8, 74),
        new("small", 12, 12, 768, 12, 244),
        new("medium", 24, 24, 1024, 16, 769),
        new("large-v2", 32, 32, 1280, 20, 1550),
        new("distil-medium.en", 24, 2, 1024, 16, 394),
        new("distil-large-v2", 32, 2, 1280, 20, 756),
    ];

    /// <summary>A row of Table 12.</summary>
    /// <param name="EncoderLayers">Encoder layers of a model of large-v2's width.</param>
    /// <param name="DecoderLayers">Its decoder layers.</param>
    /// <param name="Parameters">Parameters in millions.</param>
    /// <param name="Speed">Times as fast as large-v2, batch 1.</param>
    /// <param name="InDistributionWer">Word error rate in percent, mean of the in-distribution validation sets.</param>
    /// <param name="OutOfDistributionWer">Word error rate in percent, mean of the out-of-distribution validation sets.</param>
    /// <param name="AverageWer">Word error rate in percent, mean of all (<see cref="StudyAverage"/>).</param>
    public sealed record ModelSizeRow(
        int EncoderLayers, int DecoderLayers, int Parameters, double Speed,
        double InDistributionWer, double OutOfDistributionWer, double AverageWer);

    /// <summary>Table 12: what the decoder's and the encoder's depth cost and save; the first row is the teacher.</summary>
    public static IReadOnlyList<ModelSizeRow> ModelSizes { get; } =
    [
        new(32, 32, 1543, 1.0, 12.8, 5.3, 11.1),
        new(32, 16, 1124, 1.9, 11.3, 5.4, 9.9),
        new(32, 8, 914, 3.0, 11.6, 6.0, 10.3),
        new(32, 4, 809, 4.3, 12.0, 6.5, 10.8),
        new(32, 2, 756, 5.8, 12.6, 7.4, 11.4),
        new(16, 2, 441, 8.6, 16.0, 10.5, 14.7),
    ];

    /// <summary>
    /// The average of Tables 10, 11, 12 and 21, in percent: all validation sets alike. The paper does not say how many
    /// there are; ten in distribution and three out of it give its averages.
    /// </summary>
    public static double StudyAverage(double inDistribution, double outOfDistribution) =>
        (10 * inDistribution + 3 * outOfDistribution) / 13;
}
