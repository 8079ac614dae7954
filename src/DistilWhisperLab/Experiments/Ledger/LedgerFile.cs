using Microsoft.Data.Sqlite;

namespace DistilWhisperLab.Experiments;

/// <summary>
/// The SQLite file of a ledger. Every operation opens it anew, so that any number of threads and processes may use it
/// and none holds it. Write-ahead logging lets readers go on while one writes; a process killed at any moment leaves
/// whole runs only.
/// </summary>
internal sealed class LedgerFile(string path, bool shipped)
{
    /// <summary>The version of the tables; raised when they change.</summary>
    internal const int SchemaVersion = 1;

    // "DWLR": tells a ledger from any other SQLite file.
    private const int ApplicationId = 0x44574c52;

    private const int BusySeconds = 60;
    private const int NotADatabase = 26;
    private const int Busy = 5;

    private const string Schema =
        """
        CREATE TABLE runs (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, model TEXT NOT NULL, data TEXT NOT NULL,
            settings TEXT NOT NULL, seed INTEGER NOT NULL, recipe INTEGER NOT NULL, metrics TEXT NOT NULL,
            payload TEXT, checkpoint TEXT, started TEXT NOT NULL, minutes REAL NOT NULL, provenance TEXT NOT NULL
        ) STRICT
        """;

    /// <summary>The file, for messages.</summary>
    public string Path => path;

    /// <summary>Creates the file and its tables where they are missing, and checks that this code knows them.</summary>
    /// <exception cref="LedgerException">The file is no ledger, a newer one, or cannot be written.</exception>
    public void Prepare()
    {
        CreateFolder();
        Use(connection =>
        {
            if (!shipped && IsEmpty(connection))
            {
                Execute(connection, "PRAGMA journal_mode = WAL");
                using var transaction = connection.BeginTransaction(deferred: false);
                if (IsEmpty(connection)) // another process may have been faster
                {
                    Execute(connection, Schema);
                    Execute(connection, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {SchemaVersion}");
                }

                transaction.Commit();
            }

            Check(connection);
            return 0;
        });
    }

    /// <summary>Does something with an open connection.</summary>
    /// <exception cref="LedgerException">The file cannot be read or written.</exception>
    public T Use<T>(Func<SqliteConnection, T> action)
    {
        try
        {
            using var connection = new SqliteConnection(ConnectionString());
            connection.Open();
            return action(connection);
        }
        catch (SqliteException e)
        {
            throw new LedgerException(
                e.SqliteErrorCode switch
                {
                    NotADatabase => $"{path} is no run ledger but some other file; name another file.",
                    Busy => $"The run ledger {path} has been locked by another process for {BusySeconds} s; end that process, or name another file.",
                    _ => $"The run ledger {path} cannot be used: {e.Message}",
                },
                e);
        }
    }

    private void CreateFolder()
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException($"The folder of the run ledger {path} cannot be made: {e.Message}", e);
        }
    }

    private string ConnectionString() => new SqliteConnectionStringBuilder
    {
        // The shipped file may lie in a folder that cannot be written, where write-ahead logging could not even read.
        DataSource = shipped ? new Uri(System.IO.Path.GetFullPath(path)).AbsoluteUri + "?immutable=1" : path,
        Mode = shipped ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
        Pooling = false,
        DefaultTimeout = BusySeconds,
    }.ToString();

    private void Check(SqliteConnection connection)
    {
        if (Number(connection, "PRAGMA application_id") != ApplicationId)
        {
            throw new LedgerException($"{path} is an SQLite database but no run ledger; name another file.");
        }

        var version = Number(connection, "PRAGMA user_version");
        if (version > SchemaVersion)
        {
            throw new LedgerException($"The run ledger {path} was written by a newer version of the lab (schema {version}, this one knows {SchemaVersion}); update the lab, or name another file.");
        }
    }

    private static bool IsEmpty(SqliteConnection connection) =>
        Number(connection, "SELECT count(*) FROM sqlite_master") == 0 && Number(connection, "PRAGMA application_id") == 0;

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
