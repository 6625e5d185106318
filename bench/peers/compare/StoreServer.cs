namespace Muster.Bench.Peers.Compare;

/// <summary>The server that a contestant needs.</summary>
internal enum StoreServer
{
    /// <summary>None: it keeps its jobs itself.</summary>
    None,

    /// <summary>An empty database on the PostgreSQL server.</summary>
    PostgresDatabase,

    /// <summary>The PostgreSQL server itself, on which it makes databases of its own.</summary>
    PostgresServer,

    /// <summary>A Redis that flushes its file before it answers.</summary>
    RedisAlways,

    /// <summary>A Redis that flushes its file once a second.</summary>
    RedisEverySecond,
}
