namespace Muster.Engine;

/// <summary>Settings of the engine. The defaults serve one machine.</summary>
public sealed record EngineOptions
{
    /// <summary>How many shards there are; fixed for the life of the store; default 128.</summary>
    public int Shards { get; init; } = 128;

    /// <summary>How long a waiting process stays in memory after its queue has confirmed it; default 3 s.</summary>
    public TimeSpan WaitingIdle { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a blocked process, or a running one without a lease, stays in memory without a message; default 30 s.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a message inside the cluster is repeated until it is answered; default 1 s.</summary>
    public TimeSpan Repeat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many waiting processes a queue keeps in memory; default 10,000.</summary>
    public int QueueWindow { get; init; } = 10_000;

    /// <summary>An offer that is still unanswered when one made this much later has been answered no longer holds its demand; default 300 ms.</summary>
    public TimeSpan OfferTimeout { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How often queues with demand and nothing to offer are compared with the tables; default 5 s.</summary>
    public TimeSpan QueueSweep { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often children of final parents are looked for, in case a wake-up was lost; default 10 s.</summary>
    public TimeSpan ParentSweep { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often deployments are compared with their instances although nothing was heard; default 2 s.</summary>
    public TimeSpan Reconcile { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long finished processes are kept; default 7 days.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How often finished processes beyond <see cref="Retention"/> are looked for; default 1 min.</summary>
    public TimeSpan RetentionSweep { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many bytes the channels of processes may hold on a node; more is refused as busy; default 256 MiB.</summary>
    public long ChannelBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>How often channels that hold something look whether their process is final; default 10 s.</summary>
    public TimeSpan ChannelSweep { get; init; } = TimeSpan.FromSeconds(10);
}
