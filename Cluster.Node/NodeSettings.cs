using System.Globalization;
using Muster.Client.Handlers;
using Muster.Engine.Deployments.Secrets;
using Muster.Engine.Hosting;
using Muster.Engine.Hosting.Remoting;
using Muster.Messages;
using Muster.Persistence;
using Muster.Persistence.Postgres;
using Muster.Runtime.Hosting;
using Muster.Runtime.Samples;

namespace Muster.Node;

/// <summary>How a node is started.</summary>
public sealed record NodeSettings
{
    private const string Worker = "worker";

    /// <summary>A name that no other node of this machine has: the machine's, and the number of the process.</summary>
    public static string NameOfThisProcess { get; } =
        $"{string.Concat(Environment.MachineName.Select(c => Ids.IsValid($"{c}") ? c : '-'))}-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The data folder of the seed, which says there how its cluster is reached.</summary>
    public string Data { get; init; } = "data";

    /// <summary>Where the inside of the cluster listens at seeds, HOST:PORT, several with commas; null for what the data folder says.</summary>
    public string? Seed { get; init; }

    /// <summary>The address of the PostgreSQL database of the cluster; null for what the data folder says.</summary>
    public string? Store { get; init; }

    /// <summary>The name of the cluster; a node does not stay in one of another name.</summary>
    public string Cluster { get; init; } = StoreOptions.StandardCluster;

    /// <summary>What the node does: core, worker or both; null for both where it knows the store, and worker elsewhere.</summary>
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>Where this node itself listens for the others, and what protects it; default loopback and any free port.</summary>
    public RemoteSettings Remote { get; init; } = new();

    /// <summary>A HOCON file that wins over akka.hocon.</summary>
    public string? Config { get; init; }

    /// <summary>The name under which attempts are assigned to it.</summary>
    public required string Name { get; init; }

    /// <summary>The queues that it serves, each <c>[NAMESPACE/]QUEUE[:RUNTIME]</c>.</summary>
    public IReadOnlyList<string> Queues { get; init; } = ["default"];

    /// <summary>How many processes it runs at once; null for the default of the pool.</summary>
    public int? Slots { get; init; }

    /// <summary>The functions that it offers under the runtime <c>dotnet</c>.</summary>
    public HandlerRegistry Handlers { get; init; } = new HandlerRegistry().AddSamples(new SampleOptions(), TimeProvider.System);

    /// <summary>How long running attempts may go on at a stop; then they are cancelled and given back.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where it says whether it lives and is ready, ADDRESS:PORT; null for nowhere.</summary>
    public string? Health { get; init; }

    /// <summary>The folder below which instances of deployments have theirs; null for <c>instances</c> in the data folder.</summary>
    public string? Instances { get; init; }

    /// <summary>Whether it runs instances of deployments; default yes: only operators can make deployments.</summary>
    public bool TakesInstances { get; init; } = true;

    /// <summary>Labels, for the placement of instances and for conditions of processes.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The keys that open secrets of deployments.</summary>
    public SecretKeys Secrets { get; init; } = SecretKeys.None;

    /// <summary>Whether it runs operating-system commands.</summary>
    public bool Exec { get; init; }

    /// <summary>What to say when neither the command line nor the data folder names a cluster.</summary>
    public string NoContact =>
        $"No seed has left its address in {Path.GetFullPath(Data)}. Start one on this machine, name its folder with --data DIR, its address with --seed HOST:PORT, or its PostgreSQL store with --store ADDRESS.";

    /// <summary>How the node gets to its cluster; null when nobody says it. A seed that was started again may say something else than before.</summary>
    public ClusterContact? Contact() => Seed is not null || Store is not null ? new ClusterContact(Seed ?? "", Store) : ClusterFile.Read(Data);

    /// <summary>What the node does in that cluster.</summary>
    public IReadOnlyList<string> RolesFor(ClusterContact contact)
    {
        ArgumentNullException.ThrowIfNull(contact);
        return Roles ?? (contact.Store is null ? [Worker] : [EngineHosting.CoreRole, Worker]);
    }

    /// <summary>Whether it takes shards.</summary>
    public bool IsCore(ClusterContact contact) => RolesFor(contact).Contains(EngineHosting.CoreRole);

    /// <summary>Whether it runs attempts.</summary>
    public bool IsWorker(ClusterContact contact) => RolesFor(contact).Contains(Worker);

    /// <summary>What is wrong with the settings; null when nothing is.</summary>
    public string? Problem()
    {
        if (Contact() is not { } contact)
        {
            return NoContact;
        }

        if (contact.Address.Split(',', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(a => !IsAddress(a.Trim())) is { } seed)
        {
            return $"--seed '{seed}' is not HOST:PORT. Start the seed with --remote 127.0.0.1:4053 and this node with --seed 127.0.0.1:4053.";
        }

        if (Remote.Address is null && contact.Address.Split(',', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(a => !RemoteSettings.IsLoopback(a.Trim()[..a.Trim().LastIndexOf(':')])) is { } far)
        {
            return $"The seed {far} is on another machine and calls this node back. Say under which address: --remote HOST:PORT, with --tls-dir DIR.";
        }

        if (Config is { } config && !File.Exists(config))
        {
            return $"--config {config}: there is no such file.";
        }

        if (Roles is { } roles && (roles.Count == 0 || roles.Any(r => r is not (EngineHosting.CoreRole or Worker))))
        {
            return "--roles is core, worker, or core,worker.";
        }

        if (IsCore(contact) && contact.Store is null)
        {
            return "A core node writes the store of the cluster, which has to be PostgreSQL: name it with --store postgres://user:password@host/database, or take --roles worker.";
        }

        if (contact.Store is { } store && !PostgresAddress.IsOne(store))
        {
            return $"--store of a node is a PostgreSQL database, like postgres://user:password@host/database. A SQLite file belongs to its seed alone: join that with --seed or --data.";
        }

        if (contact.Address.Length == 0 && !IsCore(contact))
        {
            return "A worker finds its cluster by --seed HOST:PORT or --data DIR.";
        }

        if (Health is { } health && NodeHealth.Where(health) is null)
        {
            return $"--health '{health}' is not ADDRESS:PORT, like 0.0.0.0:8081.";
        }

        if (!Ids.IsValid(Cluster))
        {
            return $"--cluster '{Cluster}' is not an id: 1 to {Ids.MaxLength} characters of A-Z a-z 0-9 . _ -";
        }

        if (!Ids.IsValid(Name))
        {
            return $"--name '{Name}' is not an id: 1 to {Ids.MaxLength} characters of A-Z a-z 0-9 . _ -";
        }

        if (ServedQueue.Problem(Queues, Exec) is { } wrong)
        {
            return $"--queues: {wrong}";
        }

        return Queues.Count == 0 ? "--queues names no queue." : Slots is <= 0 ? "--slots is a number, at least 1." : null;
    }

    private static bool IsAddress(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port != 0;
    }
}
