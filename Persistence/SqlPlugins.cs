using Akka.Configuration;
using Akka.Persistence.Sql;

namespace Muster.Persistence;

/// <summary>The stock plug-ins of Akka.Persistence.Sql on the tables of a store: its read journal for checks and export, its snapshot store.</summary>
/// <remarks>
/// They have connections of their own. A snapshot waits for the store's writer, up to 30 s; nothing that the store acknowledges waits
/// for more than the moment that one row takes.
/// </remarks>
public static class SqlPlugins
{
    /// <summary>The name under which the read journal is asked for.</summary>
    public const string ReadJournal = "akka.persistence.query.journal.sql";

    /// <summary>The name of the snapshot store.</summary>
    public const string SnapshotStore = "akka.persistence.snapshot-store.sql";

    /// <summary>The configuration of both. The tables are there already, under the names that the plug-ins use by themselves.</summary>
    public static Config Hocon(IStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        var (provider, connection) = store.Sql;
        return ConfigurationFactory.ParseString(
            $$"""
            akka.persistence {
              # Nothing is written through it: the read journal asks its own kind of journal whether the tables are there.
              journal.sql {
                provider-name = {{Quoted(provider)}}
                connection-string = {{Quoted(connection)}}
                table-mapping = default
                auto-initialize = off
              }
              query.journal.sql {
                provider-name = {{Quoted(provider)}}
                connection-string = {{Quoted(connection)}}
                write-plugin = "akka.persistence.journal.sql"
                table-mapping = default
                # A gap in the order is a batch that failed; it is not waited for longer than this times the tries.
                journal-sequence-retrieval.query-delay = 100ms
                refresh-interval = 100ms
              }
              snapshot-store.sql {
                provider-name = {{Quoted(provider)}}
                connection-string = {{Quoted(connection)}}
                table-mapping = default
                # The schema is the store's.
                auto-initialize = off
              }
            }
            """).WithFallback(SqlPersistence.DefaultConfiguration);
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
