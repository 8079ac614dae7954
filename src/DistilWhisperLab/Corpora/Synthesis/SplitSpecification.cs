using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Corpora.Synthesis;

/// <summary>A split of the lab world: so many utterances of each of its domains.</summary>
public sealed record SplitSpecification
{
    private const int MostUtterances = 1_000_000;

    /// <summary>Its domains by name; null for all.</summary>
    public IReadOnlyList<string>? Domains { get; init; }

    /// <summary>Utterances a domain; in a long-form split the sentences that its recordings may use.</summary>
    public required int Utterances { get; init; }

    /// <summary>The share of speakers that have one of the domain's unseen voices, where it has any.</summary>
    public double UnseenVoices { get; init; }

    /// <summary>Whether it ships, in data/; the others are built where they are needed.</summary>
    public bool Shipped { get; init; } = true;

    /// <summary>The share of utterances of each planted fault, by the names of <see cref="PlantedFaults.Kinds"/>.</summary>
    public IReadOnlyDictionary<string, double> Faults { get; init; } = new Dictionary<string, double>();

    /// <summary>Recordings of minutes with pauses; null for a split of utterances.</summary>
    public LongFormSpecification? LongForm { get; init; }

    /// <summary>What is wrong, as a sentence without its full stop, or null.</summary>
    internal string? Fault(IEnumerable<string> domains) =>
        Utterances is not (>= 1 and <= MostUtterances) ? $"it has {Utterances} utterances a domain, but must have 1 to {MostUtterances}"
        : Domains is { Count: 0 } ? "its list of domains is empty; leave it out for all of them"
        : Domains?.GroupBy(d => d).FirstOrDefault(d => d.Count() > 1)?.Key is { } twice ? $"it lists the domain {twice} twice"
        : UnseenVoices is not (>= 0 and <= 1) ? $"unseenVoices is {UnseenVoices}, but a share lies in 0 to 1"
        : Domains?.Except(domains).FirstOrDefault() is { } unknown ? $"its domain {unknown} is not among the domains"
        : Faults.Keys.Except(PlantedFaults.Kinds).FirstOrDefault() is { } kind ? $"there is no fault {kind}; there are {string.Join(", ", PlantedFaults.Kinds)}"
        : Faults.Values.Any(s => s is not >= 0) || Faults.Values.Sum() > 1 ? "the shares of its faults must be 0 or more and 1 together at most"
        : LongForm?.Fault(Utterances);
}

/// <summary>Recordings of minutes, with a pause after every sentence.</summary>
/// <param name="Recordings">How many a domain.</param>
/// <param name="Seconds">Shortest and longest recording.</param>
/// <param name="Pauses">Shortest and longest pause in seconds; short ones are the more frequent.</param>
public sealed record LongFormSpecification(int Recordings, double[] Seconds, double[] Pauses)
{
    /// <summary>After how many seconds a recording says nothing more, so that the last sentence and its pause do not make it too long.</summary>
    /// <param name="longestUtterance">The longest sentence with the breath after it, in seconds.</param>
    /// <param name="random">Draws the length.</param>
    internal double EnoughSeconds(double longestUtterance, Random random) =>
        new[] { Seconds[0], Math.Max(Seconds[0], Seconds[1] - longestUtterance - Pauses[1]) }.Draw(random);

    internal string? Fault(int sentences) =>
        Recordings < 1 || Recordings > sentences ? $"longForm.recordings is {Recordings}, but there must be at least one, and a sentence for each"
        : SpecificationRange.Fault(Seconds, 1, 600, "longForm.seconds") ?? SpecificationRange.Fault(Pauses, 0.1, 60, "longForm.pauses");
}
