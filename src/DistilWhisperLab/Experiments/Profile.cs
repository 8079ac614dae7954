namespace DistilWhisperLab.Experiments;

/// <summary>How large the runs of a study are, which trains many students.</summary>
/// <param name="TrainingUtterances">The most utterances a student learns from.</param>
/// <param name="Updates">Updates of a student's training.</param>
/// <param name="TestUtterances">The most utterances of a test set.</param>
public sealed record StudentScale(int TrainingUtterances, int Updates, int TestUtterances);

/// <summary>How large a run of the notebooks is; the code is the same at every size.</summary>
/// <param name="Name">The profile's name, as <c>--profile</c> takes it.</param>
/// <param name="TrainingUtterances">The most utterances the one student of notebook 00 learns from.</param>
/// <param name="Updates">Updates of its training.</param>
/// <param name="TestUtterances">The most utterances of its test set.</param>
/// <param name="Seeds">The seeds of a study's runs.</param>
/// <param name="Students">The size of a study's runs.</param>
/// <param name="CellLimit">How long one cell of a notebook may take before it is taken for stuck.</param>
public sealed record Profile(
    string Name,
    int TrainingUtterances,
    int Updates,
    int TestUtterances,
    IReadOnlyList<int> Seeds,
    StudentScale Students,
    TimeSpan CellLimit)
{
    private static readonly TimeSpan HalfAnHour = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // The paper's studies train 10,000 updates each, its final models 80,000 (§4.2, T15).
    private static readonly Profile[] All =
    [
        new(ClaimRule.SmokeProfile, 160, 60, 48, [1], new StudentScale(180, 20, 130), HalfAnHour),
        new(Default, int.MaxValue, 350, 260, [1], new StudentScale(int.MaxValue, 150, int.MaxValue), HalfAnHour),
        new("full", int.MaxValue, 3000, int.MaxValue, [1, 2, 3, 4, 5], new StudentScale(int.MaxValue, 600, int.MaxValue), Day),
        new("paper", int.MaxValue, 80_000, int.MaxValue, [1], new StudentScale(int.MaxValue, 10_000, int.MaxValue), Day),
    ];

    /// <summary>The scale of the README's main command.</summary>
    public const string Default = "quick";

    /// <summary>The names of all profiles, smallest first.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(p => p.Name)];

    /// <summary>The profile of a name.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static Profile Of(string name) =>
        Array.Find(All, p => p.Name == name)
        ?? throw new LabException($"There is no profile {name}; choose one of {string.Join(", ", All.Select(p => p.Name))}.");
}
