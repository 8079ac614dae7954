using System.Text.Json;
using System.Text.Json.Nodes;
using DistilWhisperLab.Runtime;

namespace DistilWhisperLab.Experiments;

/// <summary>Ledgers to and from text: JSON lines, one run each (<see cref="RunJson"/>).</summary>
public static class LedgerExport
{
    /// <summary>Writes the runs that a filter takes; the file appears whole or not at all.</summary>
    /// <returns>How many there are.</returns>
    public static int Export(this RunLedger ledger, string path, RunFilter? filter = null)
    {
        var runs = ledger.All(filter);
        AtomicFile.WriteText(path, string.Concat(runs.Select(run => RunJson.Write(run).ToJsonString(CanonicalJson.Options) + "\n")));
        return runs.Count;
    }

    /// <summary>Records the runs of an exported file, all or none; runs that the ledger has already stay as they are.</summary>
    /// <returns>How many were new, and how many the file holds.</returns>
    /// <exception cref="LedgerException">The file is missing, or a line is no run.</exception>
    public static (int Added, int Total) Import(this RunLedger ledger, string path)
    {
        var runs = Read(path);
        return (ledger.Record(runs), runs.Count);
    }

    private static List<RunRecord> Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException($"The exported runs {path} cannot be read: {e.Message}", e);
        }

        var runs = new List<RunRecord>();
        foreach (var (number, line) in lines.Index())
        {
            try
            {
                runs.Add(RunJson.Read(JsonNode.Parse(line)));
            }
            catch (JsonException e)
            {
                throw new LedgerException($"{path}, line {number + 1} is no run as lab runs export writes it: {e.Message}", e);
            }
        }

        return runs;
    }
}
