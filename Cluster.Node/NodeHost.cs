using System.Collections.Immutable;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Muster.Engine;
using Muster.Engine.Hosting;
using Muster.Engine.Inspection;
using Muster.Persistence;
using Muster.Persistence.Postgres;
using Muster.Runtime.Agents;
using Muster.Runtime.Hosting;

namespace Muster.Node;

/// <summary>Puts a node together. With a store that nodes share it takes its part of the shards; without one it reaches those of the others. In both cases it can run attempts.</summary>
public static class NodeHost
{
    /// <summary>After the running attempts, the node leaves the cluster within this.</summary>
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(60);

    /// <summary>Builds the node; it is not started.</summary>
    /// <param name="settings">How it is started; has no <see cref="NodeSettings.Problem"/>.</param>
    /// <exception cref="StoreOpenException">The store cannot be opened, or no seed has said where the cluster is.</exception>
    public static IHost Build(NodeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var contact = settings.Contact() ?? throw new StoreOpenException(settings.NoContact);
        IHostApplicationBuilder builder = NodeHealth.Where(settings.Health) is { } health ? NodeHealth.Builder(health) : Host.CreateApplicationBuilder();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = settings.Drain + AfterDrain);
        builder.Logging.AddMusterInspection();
        EngineContext? engine = null;
        if (settings.IsCore(contact))
        {
            var store = PostgresStore.Open(contact.Store!, new StoreOptions { Cluster = settings.Cluster });
            // By a factory, so that the container closes it when the program ends.
            builder.Services.AddSingleton<IStore>(_ => store);
            engine = new EngineContext(store, new EngineOptions()) { Secrets = settings.Secrets };
        }

        builder.Services.AddAkka(MemberOptions.SystemName, (akka, provider) =>
        {
            akka.WithMember(new MemberOptions
            {
                Cluster = settings.Cluster,
                Roles = settings.RolesFor(contact),
                Remote = settings.Remote,
                Contacts = engine is null ? contact.Address.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [],
                Config = settings.Config,
                Settings = NodeFacts.Of(settings),
            });
            if (engine is null)
            {
                akka.WithMusterProxies();
            }
            else
            {
                provider.GetRequiredService<IStore>();
                akka.WithMusterCore(engine);
            }

            if (settings.IsWorker(contact))
            {
                akka.WithWorkerPools(PoolOptions(settings), settings.Handlers);
                akka.WithNodeAgent(new NodeAgentOptions
                {
                    Node = settings.Name,
                    Folder = settings.Instances ?? Path.Combine(settings.Data, "instances"),
                    Takes = settings.TakesInstances,
                    Labels = settings.Labels.ToImmutableSortedDictionary(StringComparer.Ordinal),
                    Secrets = settings.Secrets,
                    Drain = settings.Drain,
                });
            }
        });
        if (settings.IsWorker(contact))
        {
            builder.Services.AddWorkerPoolDrain(settings.Drain);
        }

        return builder is WebApplicationBuilder web ? NodeHealth.Map(web.Build(), settings.IsCore(contact)) : ((HostApplicationBuilder)builder).Build();
    }

    private static WorkerPoolOptions PoolOptions(NodeSettings settings)
    {
        var options = new WorkerPoolOptions { Executor = settings.Name, Queues = settings.Queues, ExecAllowed = settings.Exec, DrainTimeout = settings.Drain, Labels = settings.Labels };
        return settings.Slots is { } slots ? options with { Slots = slots, ExecSlots = slots } : options;
    }
}
