using DbUp;
using DbUp.Engine.Output;
using Microsoft.Data.Sqlite;
using Muster.Persistence.Sql;

namespace Muster.Persistence.Sqlite;

/// <summary>Brings the tables up to this version: numbered scripts that only add, each applied once.</summary>
internal static class SqliteSchema
{
    private const string Folder = ".Sqlite.Schema.";

    /// <summary>Makes the file a store of this version.</summary>
    /// <exception cref="StoreOpenException">A newer version wrote it, or a script failed.</exception>
    /// <exception cref="SqliteException">The file cannot be used.</exception>
    public static void Prepare(string connectionString)
    {
        using (var session = new SqliteSession(connectionString))
        {
            session.Execute("PRAGMA page_size = 8192");
            session.Scalar("PRAGMA journal_mode = WAL");
            RefuseNewer(session);
        }

        var result = DeployChanges.To
            .SqliteDatabase(connectionString)
            .WithScriptsEmbeddedInAssembly(typeof(SqliteSchema).Assembly, IsScript)
            .WithTransactionPerScript()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw result.ErrorScript is null && result.Error is SqliteException e
                ? e
                : new StoreOpenException($"The schema script {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
        }
    }

    private static void RefuseNewer(SqliteSession session)
    {
        if (session.Scalar("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'SchemaVersions'") is not null)
        {
            SchemaNumbers.RefuseNewer(Folder, session.Query("SELECT ScriptName FROM SchemaVersions", r => r.GetString(0)));
        }
    }

    private static bool IsScript(string name) => name.Contains(Folder, StringComparison.Ordinal);
}
