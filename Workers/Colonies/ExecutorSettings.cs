using Muster.Signatures;

namespace Muster.Workers.Colonies;

/// <summary>How an executor works.</summary>
public sealed record ExecutorSettings
{
    /// <summary>Its name in the colony.</summary>
    public required string Name { get; init; }

    /// <summary>Its type: which processes it gets. Default <c>cli</c>.</summary>
    public string Type { get; init; } = "cli";

    /// <summary>How long the server holds a question for work, in seconds; at least 1. Default 5. A stop takes as long, because the answer may hold a process.</summary>
    public int Timeout { get; init; } = 5;

    /// <summary>How many processes it runs at once. Default 1.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>Whether it asks for the newest process instead of the one that is due. Default false.</summary>
    public bool Latest { get; init; }

    /// <summary>The key of the colony's owner, with which it adds and approves itself; null when somebody else does.</summary>
    public PrivateKey? Owner { get; init; }

    /// <summary>Whether its key is in use nowhere else: then what the server says it has, and it does not know of, is its own from before, and is run. Default false: such processes are left to their time limit.</summary>
    public bool IsAlone { get; init; }

    /// <summary>How often it looks whether a process that it runs is still its own. Default 5 s.</summary>
    public TimeSpan Watch { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long running processes may go on when it is told to stop, before they are failed. Default 30 s.</summary>
    public TimeSpan StopAfter { get; init; } = TimeSpan.FromSeconds(30);
}
