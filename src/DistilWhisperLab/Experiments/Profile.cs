namespace DistilWhisperLab.Experiments;

/// <summary>How large a run of the notebooks is; the code is the same at every size.</summary>
/// <param name="Name">The profile's name, as <c>--profile</c> takes it.</param>
/// <param name="TrainingUtterances">The most utterances a student learns from.</param>
/// <param name="Updates">Updates of a student's training.</param>
/// <param name="TestUtterances">The most utterances of a test set.</param>
public sealed record Profile(string Name, int TrainingUtterances, int Updates, int TestUtterances)
{
    private static readonly Profile[] All =
    [
        new(ClaimRule.SmokeProfile, 160, 60, 48),
        new(Default, 1000, 700, int.MaxValue),
        new("full", 1000, 3000, int.MaxValue),
        new("paper", int.MaxValue, 80_000, int.MaxValue),
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
