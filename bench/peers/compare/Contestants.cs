namespace Muster.Bench.Peers.Compare;

/// <summary>Everyone who takes part, in the order in which they run and stand in the table.</summary>
internal sealed class Contestants(string repository)
{
    private const string MusterOnSqlite = "Muster, SQLite, in the cluster";
    private const string MusterOnPostgres = "Muster, PostgreSQL, in the cluster";
    private const string MusterInMemory = "Muster, memory, in the cluster";

    private const string MusterLease = "lease of the process, renewed by heartbeats; runs again, fenced by the number of the attempt";
    private const string MusterResult = "7 days";
    private const string MusterHistory = "every transition with time and reason, 7 days";

    private static readonly Contract MusterFile = new("written and flushed before the answer", MusterLease, MusterResult, MusterHistory);
    private static readonly Contract MusterDatabase = new("committed before the answer", MusterLease, MusterResult, MusterHistory);
    private static readonly Contract MusterMemory = new("nothing", MusterLease, "until the end of the program", "until the end of the program");

    private static readonly Contract HangfireDatabase = new("committed before the answer", "free after 30 min, also when it still runs", "1 day", "every state with time, 1 day");
    private static readonly Contract HangfireMemory = new("nothing", "no worker outside the program", "3 hours", "every state with time, 3 hours");

    private static readonly Contract Graphile = new("committed before the answer", "locked for 4 h, not renewed", "none", "none: the row is deleted");
    private static readonly Contract PgBoss = new("committed before the answer", "free after 15 min, also when it still runs", "7 days", "times of submit, start and end, 7 days");

    private const string BullMqLock = "lock of 30 s, renewed; runs again once, then fails";
    private static readonly Contract BullMqAlways = new("in the flushed append-only file before the answer", BullMqLock, "until removed", "times of submit, start and end");
    private static readonly Contract BullMqEverySecond = BullMqAlways with { Durable = "in a file flushed once a second: up to a second of acknowledged jobs can be lost" };

    /// <summary>The program that runs Muster.</summary>
    public string MusterProgram { get; } = Path.Combine(repository, "bench", "bin", "Release", "net10.0", "Muster.Bench.dll");

    /// <summary>The runtime that is pinned beside the Node systems.</summary>
    private string Node { get; } = Path.Combine(repository, "bench", "peers", "node", "node_modules", ".bin", "node");

    private string NodeRunner { get; } = Path.Combine(repository, "bench", "peers", "node", "run.js");

    private string HangfireProgram { get; } = Path.Combine(repository, "bench", "peers", "hangfire", "bin", "Release", "net10.0", "Muster.Bench.Peers.Hangfire.dll");

    /// <summary>Muster itself.</summary>
    public IReadOnlyList<Contestant> Muster =>
    [
        Own(MusterOnSqlite, "sqlite", "cluster", StoreServer.None, MusterFile, MusterOnSqlite),
        Own("Muster, SQLite, over HTTP", "sqlite", "http", StoreServer.None, MusterFile, MusterOnSqlite),
        Own(MusterOnPostgres, "postgres", "cluster", StoreServer.PostgresServer, MusterDatabase, MusterOnPostgres),
        Own("Muster, PostgreSQL, over HTTP", "postgres", "http", StoreServer.PostgresServer, MusterDatabase, MusterOnPostgres),
        Own(MusterInMemory, "memory", "cluster", StoreServer.None, MusterMemory, MusterInMemory),
    ];

    /// <summary>The others.</summary>
    public IReadOnlyList<Contestant> Peers =>
    [
        Hangfire("Hangfire, PostgreSQL, defaults", ["postgres"], StoreServer.PostgresDatabase, HangfireDatabase, MusterOnPostgres) with { Share = 0.1 },
        Hangfire("Hangfire, PostgreSQL, tuned", ["postgres", "--tuned"], StoreServer.PostgresDatabase, HangfireDatabase with { DeadWorker = "free after 5 min, renewed while it runs" }, MusterOnPostgres) with { Share = 0.1 },
        Hangfire("Hangfire, memory", ["memory"], StoreServer.None, HangfireMemory, MusterInMemory),
        OnNode("graphile-worker, defaults", ["graphile-worker"], StoreServer.PostgresDatabase, Graphile, MusterOnPostgres),
        OnNode("graphile-worker, tuned", ["graphile-worker", "--tuned"], StoreServer.PostgresDatabase, Graphile, MusterOnPostgres),
        // Each of its workers takes one job every two seconds: a two-hundredth of the work, and submits no faster than it can run them.
        OnNode("pg-boss, defaults", ["pg-boss"], StoreServer.PostgresDatabase, PgBoss, MusterOnPostgres) with { Share = 0.005, Latency = new LatencyPace(40, TimeSpan.FromMilliseconds(500)) },
        OnNode("pg-boss, tuned for throughput", ["pg-boss", "--tuned"], StoreServer.PostgresDatabase, PgBoss, MusterOnPostgres),
        OnNode("pg-boss, tuned for latency", ["pg-boss-notify", "--tuned"], StoreServer.PostgresDatabase, PgBoss, MusterOnPostgres),
        BullMq("BullMQ, Redis, flushed always", StoreServer.RedisAlways, BullMqAlways),
        BullMq("BullMQ, Redis, flushed every second", StoreServer.RedisEverySecond, BullMqEverySecond),
    ];

    /// <summary>Those that have a text in their name; all without one.</summary>
    /// <exception cref="Refusal">Nobody has.</exception>
    public IReadOnlyList<Contestant> Named(string? part)
    {
        Contestant[] all = [.. Muster, .. Peers];
        Contestant[] named = [.. all.Where(c => part is null || c.Name.Contains(part, StringComparison.OrdinalIgnoreCase))];
        return named.Length > 0
            ? named
            : throw new Refusal($"No contestant has '{part}' in its name. There are: {string.Join("; ", all.Select(c => c.Name))}.");
    }

    private Contestant Own(string name, string store, string transport, StoreServer server, Contract contract, string ratioTo) => new()
    {
        Name = name,
        Contract = contract,
        Server = server,
        Family = Requirement.Muster,
        Command = ["dotnet", MusterProgram],
        Scenario = scenario => [scenario, "--store", store, "--transport", transport, "--runs", "1"],
        RatioTo = ratioTo,
    };

    private Contestant Hangfire(string name, IReadOnlyList<string> variant, StoreServer server, Contract contract, string ratioTo) => new()
    {
        Name = name,
        Contract = contract,
        Server = server,
        Family = Requirement.Hangfire,
        Command = ["dotnet", HangfireProgram, .. variant],
        Scenario = scenario => ["--scenario", scenario],
        RatioTo = ratioTo,
    };

    private Contestant OnNode(string name, IReadOnlyList<string> variant, StoreServer server, Contract contract, string ratioTo) => new()
    {
        Name = name,
        Contract = contract,
        Server = server,
        Family = Requirement.Node,
        Command = [Node, NodeRunner, .. variant],
        Scenario = scenario => ["--scenario", scenario],
        RatioTo = ratioTo,
    };

    // Its client sends what is submitted meanwhile in one go, and gains by more in flight. Both are one program with a file of its own.
    private Contestant BullMq(string name, StoreServer server, Contract contract) =>
        OnNode(name, ["bullmq"], server, contract, MusterOnSqlite) with { Concurrency = 64 };
}
