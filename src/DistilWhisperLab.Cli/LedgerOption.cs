using System.CommandLine;
using DistilWhisperLab.Experiments;

namespace DistilWhisperLab.Cli;

/// <summary>Which run ledger a command uses.</summary>
internal static class LedgerOption
{
    /// <summary>The option <c>--ledger</c>.</summary>
    public static Option<string?> Create() => new("--ledger")
    {
        Description = "The run ledger's file; by default artifacts/ledger.sqlite and, to read, the shipped data/ledger.sqlite.",
    };

    /// <summary>Opens the ledger named, or the default one.</summary>
    public static RunLedger Open(string? path) => path is null ? RunLedger.Default : RunLedger.Open(path);
}
