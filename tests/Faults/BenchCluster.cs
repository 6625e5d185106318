using System.Net;
using System.Net.Sockets;
using Muster.Tests.Support;

namespace Muster.Tests.Faults;

/// <summary>A cluster of real programs: two seeds, nodes in namespaces of their own, one PostgreSQL server.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    /// <summary>Its programs, in the order in which they start.</summary>
    public static readonly IReadOnlyList<string> Names = ["seed-1", "seed-2", "node-1", "node-2", "worker"];

    private readonly Network _network;
    private readonly TestFolder _folder = new();
    private readonly Dictionary<string, ProgramProcess> _programs = [];
    private readonly Dictionary<string, Func<ProgramProcess>> _starts = [];

    private BenchCluster(Network network, PostgresServer server, string store)
    {
        _network = network;
        Server = server;
        Store = store;
        Urls = [Url(), Url()];
        for (var i = 0; i < Urls.Count; i++)
        {
            var (url, name) = (Urls[i], $"seed-{i + 1}");
            Directory.CreateDirectory(_folder.File(name));
            _starts[name] = () => SeedProcess.Start(_folder.File(name), url,
                "--urls", url, "--store", store, "--remote", $"{Network.Seeds}:0", "--insecure-remote", "--slots", "2", "--log-level", "warning");
        }

        foreach (var node in (int[])[1, 2])
        {
            var (space, address) = _network.Add(node);
            _starts[$"node-{node}"] = () => ProgramProcess.StartWithin(space, _folder.Path, "Cluster.Node.dll",
                "--store", store, "--remote", $"{address}:0", "--insecure-remote", "--name", $"node-{node}", "--slots", "4");
        }

        var (workerSpace, workerAddress) = _network.Add(3);
        _starts["worker"] = () => ProgramProcess.StartWithin(workerSpace, _folder.Path, "Cluster.Node.dll",
            "--seed", Contact(), "--remote", $"{workerAddress}:0", "--insecure-remote", "--name", "worker", "--slots", "4");
    }

    /// <summary>The server of the store.</summary>
    public PostgresServer Server { get; }

    /// <summary>The address of the store.</summary>
    public string Store { get; }

    /// <summary>The gateways.</summary>
    public IReadOnlyList<string> Urls { get; }

    /// <summary>Starts everything.</summary>
    public static async Task<BenchCluster> StartAsync(Network network)
    {
        var server = await PostgresServer.StartAsync(Network.Store, Network.All).ConfigureAwait(false);
        var cluster = new BenchCluster(network, server, await server.NewDatabaseAsync().ConfigureAwait(false));
        foreach (var name in Names)
        {
            await cluster.StartAsync(name).ConfigureAwait(false);
        }

        return cluster;
    }

    /// <summary>Starts a program again; a seed serves when this ends.</summary>
    public async Task StartAsync(string name)
    {
        var program = _programs[name] = _starts[name]();
        if (program is SeedProcess seed)
        {
            await seed.ReadyAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A program.</summary>
    public ProgramProcess this[string name] => _programs[name];

    /// <summary>Its namespace.</summary>
    public string NamespaceOf(string name) => _network.Add(name[^1] - '0').Namespace;

    /// <summary>The network.</summary>
    public Network Network => _network;

    /// <summary>What the programs have printed, for a run that failed.</summary>
    public IEnumerable<(string Name, string Output)> Outputs => _programs.Select(p => (p.Key, p.Value.Output));

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs.Values)
        {
            await program.DisposeAsync().ConfigureAwait(false);
        }

        await Server.DisposeAsync().ConfigureAwait(false);
        _folder.Dispose();
    }

    // Where a seed has said that its inside is.
    private string Contact() => string.Join(',', Directory.EnumerateFiles(_folder.Path, "cluster.address", SearchOption.AllDirectories).Select(f => File.ReadLines(f).First()));

    private static string Url()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
    }
}
