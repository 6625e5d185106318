using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Muster.Tests.Support;
using Npgsql;

namespace Muster.Tests.Faults;

/// <summary>A cluster of real programs: two seeds, nodes in namespaces of their own, one PostgreSQL server.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    /// <summary>Its programs, in the order in which they start.</summary>
    public static readonly IReadOnlyList<string> Names = ["seed-1", "seed-2", "node-1", "node-2", "worker-3"];

    /// <summary>Programs that only some faults start.</summary>
    public static readonly IReadOnlyList<string> MoreWorkers = ["worker-4", "worker-5", "worker-6", "worker-7"];

    private readonly Network _network;
    private readonly TestFolder _folder = new();
    private readonly Dictionary<string, ProgramProcess> _programs = [];
    private readonly Dictionary<string, Func<IReadOnlyDictionary<string, string>, ProgramProcess>> _starts = [];
    private readonly HashSet<string> _clocked = [];

    private readonly string? _newer;
    private readonly HashSet<string> _updated = [];

    private BenchCluster(Network network, PostgresServer server, Tmpfs disk, string store, string? newer)
    {
        _newer = newer;
        _network = network;
        Server = server;
        Disk = disk;
        Store = store;
        Urls = [Url(), Url()];
        for (var i = 0; i < Urls.Count; i++)
        {
            var (url, name) = (Urls[i], $"seed-{i + 1}");
            Directory.CreateDirectory(_folder.File(name));
            _starts[name] = variables => SeedProcess.StartOf(_updated.Contains(name) ? BuildOf("Cluster.Seed") : null, variables, _folder.File(name), url,
                "--urls", url, "--store", store, "--remote", $"{Network.Seeds}:0", "--insecure-remote", "--slots", "2", "--log-level", "warning");
        }

        foreach (var name in (string[])["node-1", "node-2"])
        {
            var (space, address) = _network.Add(Number(name));
            _starts[name] = variables => ProgramProcess.StartWithin(space, variables, _folder.Path, NodeOf(name),
                "--store", store, "--remote", $"{address}:0", "--insecure-remote", "--name", name, "--slots", "4");
        }

        foreach (var name in (IEnumerable<string>)["worker-3", .. MoreWorkers])
        {
            var (space, address) = _network.Add(Number(name));
            _starts[name] = variables => ProgramProcess.StartWithin(space, variables, _folder.Path, NodeOf(name),
                "--seed", Contact(), "--remote", $"{address}:0", "--insecure-remote", "--name", name, "--slots", "4");
        }
    }

    /// <summary>The server of the store.</summary>
    public PostgresServer Server { get; }

    /// <summary>Where the tables of the store lie.</summary>
    public Tmpfs Disk { get; }

    /// <summary>The address of the store.</summary>
    public string Store { get; }

    /// <summary>The gateways.</summary>
    public IReadOnlyList<string> Urls { get; }

    /// <summary>Starts everything.</summary>
    /// <param name="network">Where they run.</param>
    /// <param name="newer">A folder with another build of them, as <c>--artifacts-path</c> leaves it; null for none.</param>
    public static async Task<BenchCluster> StartAsync(Network network, string? newer)
    {
        var server = await PostgresServer.StartAsync(Network.Store, Network.All).ConfigureAwait(false);
        var disk = new Tmpfs(Directory.CreateTempSubdirectory("muster-disk-").FullName, "400m");
        var cluster = new BenchCluster(network, server, disk, await server.NewDatabaseInAsync(disk.Path).ConfigureAwait(false), newer);
        foreach (var name in Names)
        {
            await cluster.StartAsync(name).ConfigureAwait(false);
        }

        return cluster;
    }

    /// <summary>Starts a program again; a seed serves when this ends.</summary>
    public async Task StartAsync(string name)
    {
        // With the cache the clock's file is read once in a second, and not at each question for the time.
        var program = _programs[name] = _starts[name](_clocked.Contains(name)
            ? new Dictionary<string, string>
            {
                ["LD_PRELOAD"] = FakeTime(),
                ["FAKETIME_TIMESTAMP_FILE"] = ClockOf(name),
                ["FAKETIME_CACHE_DURATION"] = "1",
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
                // With it every wait with a limit ends at once.
                ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
            }
            : []);
        if (program is SeedProcess seed)
        {
            await seed.ReadyAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Stops a program, and starts it again with a wall clock of its own, which is set as soon as it serves.</summary>
    /// <param name="name">Which.</param>
    /// <param name="seconds">How far its clock is ahead.</param>
    public async Task StartWithClockAsync(string name, int seconds)
    {
        await StopAsync(name).ConfigureAwait(false);
        _clocked.Add(name);
        SetClock(name, 0);
        await StartAsync(name).ConfigureAwait(false);
        var core = await CoreAsync().ConfigureAwait(false);
        if (_programs[name] is not SeedProcess)
        {
            var address = _network.Add(Number(name)).Address;
            await Eventually.SeeAsync(CoreAsync, now => now.Except(core).Any(node => node.StartsWith($"{address}:", StringComparison.Ordinal)), 60).ConfigureAwait(false);
        }

        SetClock(name, seconds);
    }

    /// <summary>The clock of a program that has one of its own jumps.</summary>
    /// <exception cref="InvalidOperationException">It was not started with one; nothing would jump.</exception>
    public void SetClock(string name, int seconds)
    {
        if (!_clocked.Contains(name))
        {
            throw new InvalidOperationException($"{name} has no clock of its own. Its first clock fault starts it with one: run them together.");
        }

        File.WriteAllText(ClockOf(name), seconds.ToString("+0;-0;+0", CultureInfo.InvariantCulture));
    }

    /// <summary>From now on a program starts from the other build.</summary>
    public void Update(string name) => _updated.Add(name);

    /// <summary>Asks a program to stop, and waits until it has.</summary>
    public async Task StopAsync(string name)
    {
        await this[name].SignalAsync("TERM").ConfigureAwait(false);
        if (await this[name].ExitAsync().ConfigureAwait(false) is var code and not 0)
        {
            throw new InvalidOperationException($"{name} ended with {code} when it was asked to stop.");
        }
    }

    /// <summary>Ends connections of the nodes to the store, as its operator could.</summary>
    /// <param name="share">How many of those that are in use at this moment; all connections, used or not, when it is 1.</param>
    public Task EndConnectionsAsync(double share) => PostgresServer.ExecuteAsync(Store, string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'muster' AND ({share} = 1 OR (state <> 'idle' AND random() < {share}))"));

    /// <summary>The core nodes that the cluster counts on, each with its incarnation.</summary>
    public async Task<IReadOnlySet<string>> CoreAsync()
    {
        var core = new HashSet<string>();
        await using var source = NpgsqlDataSource.Create($"{Store};Pooling=false");
        await using var command = source.CreateCommand("SELECT node FROM member WHERE status = 2");
        await using var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            core.Add(reader.GetString(0));
        }

        return core;
    }

    /// <summary>A program.</summary>
    public ProgramProcess this[string name] => _programs[name];

    /// <summary>Its namespace.</summary>
    public string NamespaceOf(string name) => _network.Add(Number(name)).Namespace;

    /// <summary>The network.</summary>
    public Network Network => _network;

    /// <summary>Leaves what the programs have printed in the folder that MUSTER_FAULTS_LOGS names, if it names one.</summary>
    public void KeepOutputs()
    {
        if (Environment.GetEnvironmentVariable("MUSTER_FAULTS_LOGS") is { Length: > 0 } folder)
        {
            foreach (var (name, program) in _programs)
            {
                File.WriteAllText(Path.Combine(folder, $"{name}.log"), program.Output);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs.Values)
        {
            await program.DisposeAsync().ConfigureAwait(false);
        }

        await Server.DisposeAsync().ConfigureAwait(false);
        Disk.Dispose();
        Directory.Delete(Disk.Path);
        _folder.Dispose();
    }

    private string BuildOf(string program) => Path.Combine(_newer ?? throw new InvalidOperationException("There is no other build."), "bin", program, "release", $"{program}.dll");

    private string NodeOf(string name) => _updated.Contains(name) ? BuildOf("Cluster.Node") : "Cluster.Node.dll";

    private static int Number(string name) => name[^1] - '0';

    private string ClockOf(string name) => _folder.File($"{name}.clock");

    private static string FakeTime() => Directory.EnumerateDirectories("/usr/lib").Select(d => Path.Combine(d, "faketime", "libfaketime.so.1")).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("The package faketime is missing.");

    // Where a seed has said that its inside is.
    private string Contact() => string.Join(',', Directory.EnumerateFiles(_folder.Path, "cluster.address", SearchOption.AllDirectories).Select(f => File.ReadLines(f).First()));

    private static string Url()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
    }
}
