namespace DistilWhisperLab.Experiments;

// Long-form accuracy: every set (Table 17), the two algorithms (Tables 7 and 18), chunk length (Table 23).
public static partial class PaperTables
{
    /// <summary>Table 17: long-form word error rates of every test set, chunked algorithm.</summary>
    public static IReadOnlyList<WerRow> LongForm { get; } =
    [
        new("TED-LIUM", true, [6.4, 5.6, 5.8, 4.3, 4.4, 3.8, 3.7]),
        new("Earnings-21", false, [17.5, 14.5, 15.1, 12.3, 11.8, 11.6, 11.2]),
        new("Earnings-22", false, [24.1, 19.4, 20.6, 15.6, 15.1, 16.3, 15.1]),
        new("Meanwhile", false, [16.4, 13.4, 8.7, 7.9, 6.3, 8.9, 7.8]),
        new("Rev16", false, [17.4, 15.4, 14.5, 13.2, 13.6, 13.0, 12.2]),
    ];

    /// <summary>Table 17's out-of-distribution averages as stated, in the order of <see cref="Models"/>.</summary>
    public static IReadOnlyList<double> LongFormAverage { get; } = [18.9, 15.7, 14.7, 12.3, 11.7, 12.4, 11.6];

    /// <summary>A row of Table 7.</summary>
    /// <param name="Model">The model.</param>
    /// <param name="Algorithm"><c>sequential</c> or <c>chunked</c>.</param>
    /// <param name="Speed">Times as fast as large-v2 with the sequential algorithm.</param>
    /// <param name="Wer">Word error rate in percent, out-of-distribution sets.</param>
    public sealed record AlgorithmRow(string Model, string Algorithm, double Speed, double Wer);

    /// <summary>Table 7: the sequential and the chunked algorithm.</summary>
    public static IReadOnlyList<AlgorithmRow> Algorithms { get; } =
    [
        new("large-v2", "sequential", 1.0, 10.4),
        new("large-v2", "chunked", 9.9, 11.7),
        new("distil-large-v2", "chunked", 57.5, 11.6),
    ];

    /// <summary>A row of Table 18: the rates that Table 7's are the averages of.</summary>
    /// <param name="Set">The test set.</param>
    /// <param name="InDistribution">Whether the student was trained on its training split; then it is in no average.</param>
    /// <param name="TeacherSequential">large-v2, sequential, word error rate in percent.</param>
    /// <param name="TeacherChunked">large-v2, chunked.</param>
    /// <param name="StudentChunked">distil-large-v2, chunked.</param>
    public sealed record AlgorithmSetRow(
        string Set, bool InDistribution, double TeacherSequential, double TeacherChunked, double StudentChunked);

    /// <summary>Table 18: the algorithms on every long-form set.</summary>
    public static IReadOnlyList<AlgorithmSetRow> AlgorithmSets { get; } =
    [
        new("TED-LIUM", true, 4.0, 4.4, 3.7),
        new("Earnings-21", false, 10.7, 11.8, 11.2),
        new("Earnings-22", false, 14.0, 15.1, 15.1),
        new("Meanwhile", false, 5.2, 6.3, 7.8),
        new("Rev16", false, 11.7, 13.6, 12.2),
    ];

    /// <summary>A row of Table 23.</summary>
    /// <param name="Seconds">The chunks' length.</param>
    /// <param name="TeacherWer">large-v2's word error rate in percent, TED-LIUM validation.</param>
    /// <param name="StudentWer">distil-large-v2's.</param>
    public sealed record ChunkLengthRow(int Seconds, double TeacherWer, double StudentWer);

    /// <summary>Table 23: the best chunk length follows the lengths of the training data.</summary>
    public static IReadOnlyList<ChunkLengthRow> ChunkLengths { get; } =
    [
        new(30, 4.8, 7.4),
        new(25, 5.3, 5.7),
        new(20, 6.5, 5.0),
        new(15, 6.5, 4.2),
        new(10, 10.0, 4.3),
    ];
}
