using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Engine;
using Muster.Engine.Hosting;
using Muster.Engine.Hosting.Remoting;
using Muster.Engine.Inspection;
using Muster.Gateway;
using Muster.Gateway.Hosting;
using Muster.Persistence;
using Muster.Persistence.Postgres;
using Muster.Persistence.Sqlite;
using Muster.Runtime.Agents;
using Muster.Runtime.Hosting;
using Muster.Seed.Keys;

namespace Muster.Seed;

/// <summary>Puts a seed together: store, engine, gateway and worker. Alone it is a whole cluster.</summary>
public static class SeedHost
{
    /// <summary>After the running attempts, shards hand over and the store closes within this.</summary>
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(60);

    /// <summary>Opens the store and builds the program; it is not started. The store closes with it.</summary>
    /// <exception cref="StoreOpenException">The store cannot be opened.</exception>
    /// <exception cref="RemoteProblemException">Nothing protects the inside of the cluster.</exception>
    public static WebApplication Build(SeedSettings settings, Action<WebApplicationBuilder>? more = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var urls = BoundUrls.Parse(settings.Urls);
        // Before the store is opened.
        settings.Remote.Checked();
        // Watching a file of settings that may lie beside the store would wake a thread at each of its writes.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        var colonies = settings.ColoniesUrl is { } own ? BoundUrls.Parse(own)[0] : null;
        builder.WebHost.UseUrls(colonies is null ? settings.Urls : $"{settings.Urls};{settings.ColoniesUrl}");
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        builder.Logging.SetMinimumLevel(settings.LogLevel);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // What Akka says of itself at "information" means something to its developers only.
        builder.Logging.AddFilter("Akka", settings.LogLevel == LogLevel.Information ? LogLevel.Warning : settings.LogLevel);
        builder.Logging.AddMusterInspection();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = settings.Drain + AfterDrain);
        var store = OpenStore(settings);
        // By a factory, so that the container closes it when the program ends.
        builder.Services.AddSingleton<IStore>(_ => store);
        builder.AddMusterGateway(new GatewayOptions
        {
            Hosts = [.. urls.Select(u => u.Host)],
            KeysRequired = urls.Any(u => !RemoteSettings.IsLoopback(u.Host)),
            Colonies = settings.Colonies with { Port = colonies?.Port, GatewayPort = urls[0].Port },
        });
        AddCluster(builder, settings, store);
        builder.Services.AddWorkerPoolDrain(settings.Drain);
        builder.Services.AddSeedKeys(settings);
        if (settings.Store != "memory")
        {
            builder.Services.AddSingleton<IHostedService>(provider => new SeedAnnouncement(provider, settings.Data, settings.Store is { } address && PostgresAddress.IsOne(address) ? address : null));
        }

        more?.Invoke(builder);
        var app = builder.Build();
        app.MapMusterGateway();
        return app;
    }

    /// <summary>Opens the store of a seed.</summary>
    /// <exception cref="StoreOpenException">It cannot be opened, for instance because a seed has it.</exception>
    internal static IStore OpenStore(SeedSettings settings)
    {
        var options = settings.StoreBounds;
        return settings.Store switch
        {
            "memory" => SqliteStore.InMemory(options, settings.Clock),
            { } address when PostgresAddress.IsOne(address) => PostgresStore.Open(address, options, settings.Clock),
            { } path => SqliteStore.Open(path, options, settings.Clock),
            null => SqliteStore.Open(Path.Combine(settings.Data, "muster.db"), options, settings.Clock),
        };
    }

    // Who can submit here is on this machine already, or was given a key.
    private static WorkerPoolOptions WorkerOptions(SeedSettings settings)
    {
        var options = new WorkerPoolOptions { Queues = settings.Queues, ExecAllowed = true, DrainTimeout = settings.Drain };
        return settings.Slots is { } slots ? options with { Slots = slots, ExecSlots = slots } : options;
    }

    // A store in memory forgets what it wanted, so its instances are nobody's later.
    private static NodeAgentOptions AgentOptions(SeedSettings settings) => new()
    {
        Node = new WorkerPoolOptions().Executor,
        Folder = settings.Store == "memory" ? Path.Combine(Path.GetTempPath(), $"muster-instances-{Guid.NewGuid():N}") : Path.Combine(settings.Data, "instances"),
        Passing = settings.Store == "memory",
        Takes = settings.Slots != 0,
        Secrets = settings.Secrets,
        Drain = settings.Drain,
    };

    private static void AddCluster(WebApplicationBuilder builder, SeedSettings settings, IStore store)
    {
        // Nobody knows a port that is left to the system before the program listens.
        var url = settings.Urls.Split(';')[0] is var first && !first.EndsWith(":0", StringComparison.Ordinal) ? first : null;
        var engine = new EngineContext(store, settings.Retention is { } keep ? settings.Engine with { Retention = keep } : settings.Engine) { Secrets = settings.Secrets, Url = () => url };
        builder.Services.AddSingleton(engine);
        builder.Services.AddAkka(MemberOptions.SystemName, (akka, _) =>
        {
            akka.WithMember(new MemberOptions
            {
                Cluster = settings.Cluster,
                Roles = [EngineHosting.SeedRole, EngineHosting.CoreRole, "worker"],
                Remote = settings.Remote,
                Config = settings.Config,
                Settings = SeedFacts.Of(settings),
            });
            akka.WithMusterCore(engine);
            if (settings.Slots != 0)
            {
                akka.WithWorkerPools(WorkerOptions(settings), settings.Handlers);
            }

            akka.WithNodeAgent(AgentOptions(settings));
        });
    }
}
