namespace Muster.Bench;

/// <summary>What is measured, and on what.</summary>
internal sealed record BenchOptions
{
    /// <summary>The kind of store.</summary>
    public StoreKind Store { get; init; } = StoreKind.Sqlite;

    /// <summary>How work is submitted and run: inside the cluster, or by clients outside over HTTP.</summary>
    public Transport Transport { get; init; } = Transport.Cluster;

    /// <summary>How many nodes the cluster has, the seed among them.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Whether the seed runs no work when there are other nodes, so that a process and its worker are never on the same one.</summary>
    public bool Apart { get; init; }

    /// <summary>How many processes.</summary>
    public int Processes { get; init; } = 20_000;

    /// <summary>How many submits, or workers outside, are under way at once.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>Characters of the argument of each process.</summary>
    public int Payload { get; init; } = 100;

    /// <summary>How many processes one call submits, asks for or completes, where calls take many.</summary>
    public int Batch { get; init; } = 1_000;

    /// <summary>Slots of the worker on each node.</summary>
    public int Slots { get; init; } = 64;

    /// <summary>Submits a second, where the rate is given.</summary>
    public int Rate { get; init; } = 200;

    /// <summary>How long a cluster is watched that does nothing; before that it settles for half of the time.</summary>
    public TimeSpan Watch { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many times each scenario runs.</summary>
    public int Runs { get; init; } = 3;

    /// <summary>Whether programs do some processes before what is measured, so that what is hot is compiled.</summary>
    public bool WarmUp { get; init; } = true;

    /// <summary>The folder for stores; its disk is what is measured.</summary>
    public string Folder { get; init; } = Path.GetTempPath();

    /// <summary>A PostgreSQL server to use, in which databases may be made; null for one of its own.</summary>
    public string? Postgres { get; init; }

    /// <summary>What each fsync takes longer than it does, to measure a slow disk.</summary>
    public TimeSpan FsyncDelay { get; init; }
}
