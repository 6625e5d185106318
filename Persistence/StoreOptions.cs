namespace Muster.Persistence;

/// <summary>Bounds of the store. The defaults serve one machine.</summary>
public sealed record StoreOptions
{
    /// <summary>The most that one transaction takes, in bytes; default 4 MiB.</summary>
    public int BatchBytes { get; init; } = 4 << 20;

    /// <summary>The most events that one transaction takes; default 2,000.</summary>
    public int BatchWorks { get; init; } = 2_000;

    /// <summary>Submits are refused while more than this waits to be written, in bytes; default 64 MiB.</summary>
    public long ChannelBytes { get; init; } = 64 << 20;

    /// <summary>Log lines are refused while more than this waits to be written, in bytes; default 16 MiB.</summary>
    public long LogChannelBytes { get; init; } = 16 << 20;

    /// <summary>The most log text that one transaction takes after the events, in bytes; default 256 KiB.</summary>
    public int LogBatchBytes { get; init; } = 256 << 10;

    /// <summary>Submits are refused while a batch has been under way for longer; default 5 s.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Submits are refused while the disk has less than this free, in bytes; default 200 MiB.</summary>
    public long MinFreeDisk { get; init; } = 200L << 20;

    /// <summary>How many shards the cluster has; fixed for the life of the store; default 128.</summary>
    public int Shards { get; init; } = 128;

    /// <summary>The name of a cluster to which nobody has given another.</summary>
    public const string StandardCluster = "muster";

    /// <summary>The name of the cluster whose store this is; it stays with the store; default "muster".</summary>
    public string Cluster { get; init; } = StandardCluster;

    /// <summary>The name of the node, for its rows of counters.</summary>
    public string Node { get; init; } = "seed";
}
