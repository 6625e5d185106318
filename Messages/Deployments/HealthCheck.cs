using System.Collections.Immutable;

namespace Muster.Messages.Deployments;

/// <summary>How the health of an instance is looked at, beside that it runs and, with the protocol <c>pipe</c>, that it answers. At most one of address, port and command is given.</summary>
public sealed record HealthCheck
{
    /// <summary>An http or https address that answers with a status below 400.</summary>
    public string? Http { get; init; }

    /// <summary>A port that takes a connection, HOST:PORT.</summary>
    public string? Tcp { get; init; }

    /// <summary>A command that ends with 0.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>The time between two looks; default 5 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer may take; default 2 s.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many looks in a row fail before it is unhealthy; default 3.</summary>
    public int Failures { get; init; } = 3;

    /// <summary>How long it has to run before it counts as healthy when nothing else is looked at; default 1 s.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long it may take from its start until it is healthy; default 1 min.</summary>
    public TimeSpan StartWithin { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>An instance that has been unhealthy for this long is restarted; default 30 s.</summary>
    public TimeSpan RestartAfter { get; init; } = TimeSpan.FromSeconds(30);
}
