namespace Muster.Runtime.Instances;

/// <summary>How a node runs instances.</summary>
public sealed record InstanceHostOptions
{
    /// <summary>The folder in which each instance has its own. One host at a time uses it; it is closed to other users.</summary>
    public required string Folder { get; init; }

    /// <summary>The largest result of an attempt, in bytes of JSON; default 1 MiB.</summary>
    public int ResultLimit { get; init; } = 1024 * 1024;

    /// <summary>The longest line of the protocol, in bytes; an instance that sends a longer one is ended; default 4 MiB.</summary>
    public int LineLimit { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long an instance waits for a node that has gone, before it ends itself; default 15 minutes.</summary>
    public TimeSpan OrphanAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an instance gets to end a cancelled attempt, before it is ended with all that it runs; default 6 s.</summary>
    public TimeSpan CancelWithin { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How often instances are looked at; default 250 ms. The end of one that has a socket is seen at once.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often an instance is asked over its socket whether it answers; default 5 s. Three questions without an answer make it unhealthy.</summary>
    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an instance that has lost its connection gets to make a new one, before it is unhealthy; default 5 s.</summary>
    public TimeSpan ReconnectWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an instance gets to end by itself when it was told that nothing more comes, before SIGTERM; default 2 s.</summary>
    public TimeSpan EndWithin { get; init; } = TimeSpan.FromSeconds(2);
}
