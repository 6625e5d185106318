using System.Globalization;
using Muster.Persistence.Journal;

namespace Muster.Persistence.Sql;

/// <summary>What stands with the store for its whole life: how many shards there are, because the shard of every process is in its row, and whose it is.</summary>
internal static class StoreIdentity
{
    /// <summary>Keeps it in a new store, and compares it with that of an old one.</summary>
    /// <exception cref="StoreOpenException">The store was made for another number of shards or for another cluster.</exception>
    public static void Check(ISqlSession session, StoreOptions options)
    {
        var shards = options.Shards.ToString(CultureInfo.InvariantCulture);
        if (Kept(session, "shards", shards) is var made && made != shards)
        {
            throw new StoreOpenException($"The store was made for {made} shards and this node is set to {shards}. The count can never change; set it back to {made}.");
        }

        if (Kept(session, "cluster", options.Cluster) is var owner && owner != options.Cluster)
        {
            throw new StoreOpenException($"The store is that of the cluster '{owner}' and this node is set to '{options.Cluster}'. Name the store of its own cluster with --store, or set --cluster {owner}.");
        }
    }

    private static string Kept(ISqlSession session, string key, string value)
    {
        session.Execute("INSERT INTO metadata (key, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING", key, value);
        return (string)session.Scalar("SELECT value FROM metadata WHERE key = ?1", key)!;
    }
}
