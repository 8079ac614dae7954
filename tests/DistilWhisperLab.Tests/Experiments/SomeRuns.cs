using DistilWhisperLab.Experiments;

namespace DistilWhisperLab.Tests.Experiments;

/// <summary>Runs that nobody made.</summary>
internal static class SomeRuns
{
    private static readonly RunProvenance Nowhere = new("abc1234+", "Some CPU", 2, new Dictionary<string, string> { ["dotnet"] = "10.0" });

    public static RunKey Key(string name = "first", int seed = 1, int recipe = 1) =>
        RunKey.Of(RunKey.Train, "model", "data", new { Name = name, Temperature = 2.0 }, seed, recipe);

    public static RunRecord Run(string name = "first", int seed = 1, double wer = 10, int minute = 0) =>
        new(Key(name, seed), name, new Dictionary<string, double> { ["wer"] = wer },
            new DateTimeOffset(2026, 1, 2, 3, minute, 0, TimeSpan.Zero), 0.5, Nowhere)
        {
            Payload = RunRecord.PayloadOf(new Dictionary<string, WordErrorCounts> { ["test"] = new([1, 0], [5, 7]) }),
            Checkpoint = $"students/{name}",
        };
}
