using System.Globalization;
using DbUp;
using DbUp.Engine.Output;
using Muster.Persistence.Sql;
using Npgsql;

namespace Muster.Persistence.Postgres;

/// <summary>Brings the tables up to this version, under a lock: nodes that start together wait for the first.</summary>
internal static class PostgresSchema
{
    private const string Folder = ".Postgres.Schema.";

    /// <summary>Any number that nothing else in the database uses as a lock: "muster" in the letters of a telephone.</summary>
    private const long LockKey = 687_837;

    private const int OldestVersion = 150_000;

    /// <summary>Makes the database a store of this version.</summary>
    /// <exception cref="StoreOpenException">The server is too old or read-only, a newer version wrote the store, or a script failed.</exception>
    public static void Prepare(NpgsqlDataSource source, string connectionString, StoreOptions options)
    {
        using var session = PostgresSession.Open(source);
        RefuseServer(session);
        session.Execute("SELECT pg_advisory_lock(?1)", LockKey);
        try
        {
            if (session.Scalar("SELECT to_regclass('schemaversions') IS NOT NULL") is true)
            {
                SchemaNumbers.RefuseNewer(Folder, session.Query("SELECT scriptname FROM schemaversions", r => r.GetString(0)));
            }

            Upgrade(connectionString, (string)session.Scalar("SELECT current_schema()::text")!);
            StoreIdentity.Check(session, options);
            ManifestsInUse.Check(session);
            RenumberRestored(session);
        }
        finally
        {
            session.Execute("SELECT pg_advisory_unlock(?1)", LockKey);
        }
    }

    // A dump that was restored on another server carries the transaction numbers of the old one, which this one has not reached.
    private static void RenumberRestored(PostgresSession session)
    {
        if (session.Scalar("SELECT (SELECT tx FROM journal ORDER BY tx DESC LIMIT 1) > pg_current_xact_id()") is true)
        {
            session.Execute("UPDATE journal SET tx = '0'");
        }
    }

    private static void RefuseServer(PostgresSession session)
    {
        var version = int.Parse((string)session.Scalar("SHOW server_version_num")!, CultureInfo.InvariantCulture);
        if (version < OldestVersion)
        {
            throw new StoreOpenException($"The server is PostgreSQL {session.Scalar("SHOW server_version")}; the store needs 15 or newer.");
        }

        if (session.Scalar("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'") is true)
        {
            throw new StoreOpenException($"The server of {session.Connection.Host}:{session.Connection.Port}/{session.Connection.Database} is read-only; it may be a standby. Name the primary with --store.");
        }
    }

    private static void Upgrade(string connectionString, string schema)
    {
        var result = DeployChanges.To
            .PostgresqlDatabase(connectionString)
            .JournalToPostgresqlTable(schema, "schemaversions")
            .WithScriptsEmbeddedInAssembly(typeof(PostgresSchema).Assembly, name => name.Contains(Folder, StringComparison.Ordinal))
            .WithTransactionPerScript()
            .LogTo(new NoOpUpgradeLog())
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw result.ErrorScript is null || result.Error is PostgresException { SqlState: "42501" }
                ? result.Error
                : new StoreOpenException($"The schema script {result.ErrorScript.Name} failed: {result.Error.Message}", result.Error);
        }
    }
}
