using System.Globalization;
using DbUp;
using DbUp.Engine.Output;
using Microsoft.Data.Sqlite;

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

    /// <summary>Keeps the number of shards with the store: the shard of every process stands in its row.</summary>
    /// <exception cref="StoreOpenException">The store was made for another number.</exception>
    public static void CheckShards(SqliteSession session, StoreOptions options)
    {
        var mine = options.Shards.ToString(CultureInfo.InvariantCulture);
        session.Execute("INSERT OR IGNORE INTO metadata (key, value) VALUES ('shards', ?1)", mine);
        var shards = (string)session.Scalar("SELECT value FROM metadata WHERE key = 'shards'")!;
        if (shards != mine)
        {
            throw new StoreOpenException($"The store was made for {shards} shards and this node is set to {mine}. The count can never change; set it back to {shards}.");
        }
    }

    // Scripts only add, so an older store is brought up; of a newer one nobody here knows what its rows mean.
    private static void RefuseNewer(SqliteSession session)
    {
        if (session.Scalar("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'SchemaVersions'") is null)
        {
            return;
        }

        var known = typeof(SqliteSchema).Assembly.GetManifestResourceNames().Where(IsScript).Max(Number);
        var applied = session.Query("SELECT ScriptName FROM SchemaVersions", r => r.GetString(0)).Where(IsScript).Select(Number).DefaultIfEmpty().Max();
        if (applied > known)
        {
            throw new StoreOpenException(string.Create(
                CultureInfo.InvariantCulture,
                $"The store has schema {applied} and this version knows schemas up to {known}: a newer version wrote it. Start that version, or give this one another store."));
        }
    }

    private static bool IsScript(string name) => name.Contains(Folder, StringComparison.Ordinal);

    // Scripts are called 0001_first.sql and so on.
    private static int Number(string name)
    {
        var number = name.AsSpan(name.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length);
        var end = number.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? number : number[..end], CultureInfo.InvariantCulture, out var parsed) ? parsed : int.MaxValue;
    }
}
