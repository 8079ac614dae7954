using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace DistilWhisperLab.Experiments;

/// <summary>Runs to and from the rows of a ledger's table.</summary>
internal static class RunRows
{
    private const string Columns =
        "id, kind, name, model, data, settings, seed, recipe, metrics, payload, checkpoint, started, minutes, provenance";

    private const string Values =
        "$id, $kind, $name, $model, $data, $settings, $seed, $recipe, $metrics, $payload, $checkpoint, $started, $minutes, $provenance";

    /// <summary>Writes a run; without <paramref name="replace"/> one that is there stays.</summary>
    /// <returns>Whether it was written.</returns>
    public static bool Insert(SqliteConnection connection, SqliteTransaction? transaction, RunRecord run, bool replace)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"INSERT OR {(replace ? "REPLACE" : "IGNORE")} INTO runs ({Columns}) VALUES ({Values})";
        (string Name, object? Value)[] values =
        [
            ("$id", run.Key.Id), ("$kind", run.Key.Kind), ("$name", run.Name), ("$model", run.Key.Model),
            ("$data", run.Key.Data), ("$settings", run.Key.Settings), ("$seed", run.Key.Seed), ("$recipe", run.Key.Recipe),
            ("$metrics", RunJson.Node(run.Metrics).ToJsonString(CanonicalJson.Options)),
            ("$payload", run.Payload?.ToJsonString(CanonicalJson.Options)), ("$checkpoint", run.Checkpoint),
            ("$started", RunJson.Time(run.Started)), ("$minutes", run.Minutes),
            ("$provenance", RunJson.Node(run.Provenance).ToJsonString(CanonicalJson.Options)),
        ];
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command.ExecuteNonQuery() > 0;
    }

    /// <summary>The runs for which a condition holds, in order of time.</summary>
    /// <param name="connection">An open ledger.</param>
    /// <param name="source">Where it lies.</param>
    /// <param name="condition">An SQL condition over the columns and <c>$value</c>.</param>
    /// <param name="value">The condition's value.</param>
    public static List<RunRecord> Select(SqliteConnection connection, RunSource source, string condition, string value)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Columns} FROM runs WHERE {condition} ORDER BY started, id";
        command.Parameters.AddWithValue("$value", value);
        using var reader = command.ExecuteReader();
        var runs = new List<RunRecord>();
        while (reader.Read())
        {
            runs.Add(Read(reader, source));
        }

        return runs;
    }

    private static RunRecord Read(SqliteDataReader row, RunSource source)
    {
        var key = RunKey.Of(
            row.GetString(1), row.GetString(3), row.GetString(4), JsonNode.Parse(row.GetString(5))!, row.GetInt32(6), row.GetInt32(7));
        return new RunRecord(
            key, row.GetString(2), Json<Dictionary<string, double>>(row, 8),
            DateTimeOffset.Parse(row.GetString(11), CultureInfo.InvariantCulture), row.GetDouble(12), Json<RunProvenance>(row, 13))
        {
            Payload = row.IsDBNull(9) ? null : JsonNode.Parse(row.GetString(9)),
            Checkpoint = row.IsDBNull(10) ? null : row.GetString(10),
            Source = source,
        };
    }

    private static T Json<T>(SqliteDataReader row, int column) =>
        JsonSerializer.Deserialize<T>(row.GetString(column), CanonicalJson.Options)!;
}
