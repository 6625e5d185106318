using System.Globalization;
using Muster.Persistence.Journal;

namespace Muster.Persistence.Sql;

/// <summary>The number of shards stands with the store: the shard of every process is in its row.</summary>
internal static class ShardCount
{
    /// <summary>Keeps the number of a new store, and compares that of an old one.</summary>
    /// <exception cref="StoreOpenException">The store was made for another number.</exception>
    public static void Check(ISqlSession session, StoreOptions options)
    {
        var mine = options.Shards.ToString(CultureInfo.InvariantCulture);
        session.Execute("INSERT INTO metadata (key, value) VALUES ('shards', ?1) ON CONFLICT DO NOTHING", mine);
        var shards = (string)session.Scalar("SELECT value FROM metadata WHERE key = 'shards'")!;
        if (shards != mine)
        {
            throw new StoreOpenException($"The store was made for {shards} shards and this node is set to {mine}. The count can never change; set it back to {shards}.");
        }
    }
}
