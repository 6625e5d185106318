using Muster.Engine.Hosting.Remoting;
using Muster.Persistence;

namespace Muster.Engine.Hosting;

/// <summary>How a node takes part in a cluster.</summary>
public sealed record MemberOptions
{
    /// <summary>The name of the actor system; the same on every node of a cluster.</summary>
    public const string SystemName = "muster";

    /// <summary>The name of the cluster: a node that is led to one of another name does not stay.</summary>
    public string Cluster { get; init; } = StoreOptions.StandardCluster;

    /// <summary>What it does there: seed, core, worker.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Where its inside listens, and what protects it; default loopback and any free port.</summary>
    public RemoteSettings Remote { get; init; } = new();

    /// <summary>Where nodes of the cluster listen, HOST:PORT each; for a node without a store, which cannot find them there.</summary>
    public IReadOnlyList<string> Contacts { get; init; } = [];

    /// <summary>A HOCON file that wins over akka.hocon.</summary>
    public string? Config { get; init; }

    /// <summary>The settings of the program, by name, for those who look at it from elsewhere; secrets are masked there.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
