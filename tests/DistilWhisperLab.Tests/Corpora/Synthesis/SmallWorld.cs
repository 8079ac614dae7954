using DistilWhisperLab.Corpora.Synthesis;

namespace DistilWhisperLab.Tests.Corpora.Synthesis;

/// <summary>The lab world with splits small enough to build in a test.</summary>
internal static class SmallWorld
{
    public static CorpusSpecification With(string split, SplitSpecification settings) => CorpusSpecification.LabWorld() with
    {
        Splits = new Dictionary<string, SplitSpecification> { [split] = settings },
    };

    public static CorpusSpecification Six { get; } = With("six", new SplitSpecification { Utterances = 6, Domains = ["crowd"] });
}
