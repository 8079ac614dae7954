namespace DistilWhisperLab.Experiments;

// Speed: speculative decoding (Tables 9 and 22), early exit (Table 20), real-time factors (Tables 24 and 25).
public static partial class PaperTables
{
    /// <summary>A row of Table 22, whose first column is Table 9.</summary>
    /// <param name="Model">The model whose outputs are wanted.</param>
    /// <param name="Assistant">The model that proposes tokens; null for none.</param>
    /// <param name="Batch1">Times as fast as large-v2 alone, batch 1.</param>
    /// <param name="Batch4">Batch 4.</param>
    /// <param name="Batch16">Batch 16.</param>
    public sealed record SpeculativeRow(string Model, string? Assistant, double Batch1, double Batch4, double Batch16);

    /// <summary>Tables 9 and 22: speculative decoding, outputs identical to the model's alone.</summary>
    public static IReadOnlyList<SpeculativeRow> Speculative { get; } =
    [
        new("medium.en", null, 1.4, 1.3, 1.5),
        new("medium.en", "tiny.en", 2.7, 1.8, 1.2),
        new("medium.en", "distil-medium.en", 3.3, 2.2, 1.3),
        new("large-v2", null, 1.0, 1.0, 1.0),
        new("large-v2", "tiny", 2.1, 1.3, 0.8),
        new("large-v2", "distil-large-v2", 2.0, 1.3, 0.8),
    ];

    /// <summary>A row of Table 20.</summary>
    /// <param name="Threshold">The confidence, the two best tokens' difference in probability, from which a layer's token is taken.</param>
    /// <param name="Layers">Decoder layers used in the mean, of 24.</param>
    /// <param name="Speed">Times as fast as without early exit.</param>
    /// <param name="Wer">Word error rate in percent.</param>
    public sealed record EarlyExitRow(double Threshold, double Layers, double Speed, double Wer);

    /// <summary>Table 20: early exit of medium.en by softmax difference (CALM).</summary>
    public static IReadOnlyList<EarlyExitRow> EarlyExit { get; } =
    [
        new(1.0, 24.0, 1.0, 2.3),
        new(0.9875, 21.2, 1.1, 2.8),
        new(0.975, 21.0, 1.1, 3.4),
        new(0.9625, 20.8, 1.1, 3.5),
        new(0.95, 20.7, 1.2, 3.6),
        new(0.9375, 20.6, 1.2, 3.7),
        new(0.925, 20.5, 1.2, 4.3),
    ];

    /// <summary>Real-time factors in thousandths by batch size.</summary>
    /// <param name="Batch1">Batch 1.</param>
    /// <param name="Batch4">Batch 4.</param>
    /// <param name="Batch16">Batch 16.</param>
    public sealed record BatchFactors(double Batch1, double Batch4, double Batch16);

    /// <summary>A row of Tables 24 and 25.</summary>
    /// <param name="Model">The model.</param>
    /// <param name="Base">With plain attention.</param>
    /// <param name="Flash">With Flash Attention: 2 on the A100, 1 on the T4.</param>
    public sealed record RealTimeRow(string Model, BatchFactors Base, BatchFactors Flash);

    /// <summary>Table 24: real-time factors on an A100.</summary>
    public static IReadOnlyList<RealTimeRow> RealTimeA100 { get; } =
    [
        new("tiny.en", new(22.7, 8.7, 3.1), new(21.4, 8.3, 2.9)),
        new("base.en", new(27.9, 11.7, 4.6), new(30.5, 10.7, 3.4)),
        new("small.en", new(59.1, 22.3, 8.4), new(50.7, 18.3, 6.3)),
        new("medium.en", new(99.4, 43.1, 15.1), new(89.3, 37.1, 11.2)),
        new("large-v2", new(137.2, 54.9, 21.3), new(121.9, 48.4, 16.6)),
        new("distil-medium.en", new(19.2, 7.5, 4.3), new(20.4, 7.1, 2.9)),
        new("distil-large-v2", new(25.1, 9.9, 6.5), new(24.2, 8.9, 4.4)),
    ];

    /// <summary>Table 25: real-time factors on a T4.</summary>
    public static IReadOnlyList<RealTimeRow> RealTimeT4 { get; } =
    [
        new("tiny.en", new(20.0, 7.2, 2.6), new(21.2, 6.9, 2.5)),
        new("base.en", new(26.1, 9.5, 4.2), new(26.1, 9.6, 3.7)),
        new("small.en", new(48.3, 19.0, 9.9), new(42.6, 16.8, 8.0)),
        new("medium.en", new(89.9, 44.6, 26.5), new(66.2, 33.8, 18.5)),
        new("large-v2", new(129.0, 74.5, 47.5), new(100.6, 52.0, 33.8)),
        new("distil-medium.en", new(23.0, 18.1, 17.2), new(19.0, 12.1, 10.4)),
        new("distil-large-v2", new(38.0, 31.8, 31.2), new(27.4, 20.8, 20.1)),
    ];
}
