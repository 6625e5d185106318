namespace Muster.Messages.Processes;

/// <summary>What the process enforces on itself. Everything that is absent does not limit.</summary>
public sealed record Limits
{
    /// <summary>The lease of a worker that heartbeats, unless the spec says otherwise.</summary>
    public static readonly TimeSpan DefaultLease = TimeSpan.FromSeconds(60);

    /// <summary>How many counted retries a process has unless its spec says otherwise.</summary>
    public const int DefaultMaxRetries = 3;

    /// <summary>How long it may wait for a worker; then it fails.</summary>
    public TimeSpan? MaxWait { get; init; }

    /// <summary>From when <see cref="MaxWait"/> counts.</summary>
    public WaitFrom WaitFrom { get; init; }

    /// <summary>How long one attempt may run; then it is taken back and counted.</summary>
    public TimeSpan? MaxExec { get; init; }

    /// <summary>How long an attempt may stay silent; default 60 s, zero for workers that have no heartbeat.</summary>
    public TimeSpan Lease { get; init; } = DefaultLease;

    /// <summary>Counted retries, so at most this many plus one counted attempts; -1 for no limit; default 3.</summary>
    public int MaxRetries { get; init; } = DefaultMaxRetries;

    /// <summary>The delay between counted attempts.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>Not started before this time.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Failed when not final by this time.</summary>
    public DateTimeOffset? Deadline { get; init; }
}
