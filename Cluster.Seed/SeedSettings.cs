using Microsoft.Extensions.Logging;
using Muster.Client.Handlers;
using Muster.Engine;
using Muster.Engine.Deployments.Secrets;
using Muster.Engine.Hosting;
using Muster.Engine.Hosting.Remoting;
using Muster.Gateway.Colonies;
using Muster.Persistence;
using Muster.Runtime.Samples;

namespace Muster.Seed;

/// <summary>How a seed is started.</summary>
public sealed record SeedSettings
{
    /// <summary>Where the gateway listens; default http://127.0.0.1:8080.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8080";

    /// <summary>The folder of the store; default ./data.</summary>
    public string Data { get; init; } = "data";

    /// <summary>The store: a SQLite file, the address of a PostgreSQL database, <c>memory</c>, or null for muster.db in the data folder.</summary>
    public string? Store { get; init; }

    /// <summary>The name of the cluster; it stays with the store, and nodes do not stay in one of another name.</summary>
    public string Cluster { get; init; } = StoreOptions.StandardCluster;

    /// <summary>Where the cluster's inside listens, and what protects it; default loopback and any free port.</summary>
    public RemoteSettings Remote { get; init; } = new();

    /// <summary>A HOCON file that wins over akka.hocon.</summary>
    public string? Config { get; init; }

    /// <summary>The queues that the seed's own worker serves, each <c>[NAMESPACE/]QUEUE[:RUNTIME]</c>; default "default".</summary>
    public IReadOnlyList<string> Queues { get; init; } = ["default"];

    /// <summary>How many processes the seed's own worker runs at once; null for its default, 0 for no worker.</summary>
    public int? Slots { get; init; }

    /// <summary>The functions that the seed's own worker offers under the runtime <c>dotnet</c>.</summary>
    public HandlerRegistry Handlers { get; init; } = new HandlerRegistry().AddSamples(new SampleOptions(), TimeProvider.System);

    /// <summary>The Colonies dialect; switched off without the id of a server owner.</summary>
    public ColoniesOptions Colonies { get; init; } = new();

    /// <summary>An address of its own for the Colonies dialect, where nothing else answers, like http://0.0.0.0:50080; null for none.</summary>
    public string? ColoniesUrl { get; init; }

    /// <summary>A whole key, <c>muster_ID_SECRET</c>, that is made an operator's at the start when the store does not have it; null for none.</summary>
    public string? BootstrapKey { get; init; }

    /// <summary>The keys that secrets of deployments are encrypted with; without one secrets are refused.</summary>
    public SecretKeys Secrets { get; init; } = SecretKeys.None;

    /// <summary>What is logged at least.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>How long running attempts of the own worker may go on at a stop; then they are cancelled and given back.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long finished processes are kept; null for 7 days.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>Settings of the engine; <see cref="Retention"/> wins over the one in here.</summary>
    public EngineOptions Engine { get; init; } = new();

    /// <summary>Bounds of the store; <see cref="Cluster"/> wins over the one in here.</summary>
    public StoreOptions Bounds { get; init; } = new();

    /// <summary>Bounds of the store, and whose it is.</summary>
    internal StoreOptions StoreBounds => Bounds with { Cluster = Cluster };

    /// <summary>A clock to use instead of the store's; for tests that move time.</summary>
    public TimeProvider? Clock { get; init; }
}
