using Akka.Cluster.Hosting;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Muster.Client.Handlers;
using Muster.Engine.Hosting;
using Muster.Engine.Hosting.Remoting;
using Muster.Runtime.Hosting;
using Muster.Runtime.Samples;

namespace Muster.Node;

/// <summary>Puts a worker node together: it joins the seed, reaches the shards by proxies, and runs attempts.</summary>
public static class NodeHost
{
    /// <summary>The name of the actor system; the same on every node of a cluster.</summary>
    private const string SystemName = "muster";

    /// <summary>After the running attempts, the node leaves the cluster within this.</summary>
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(60);

    /// <summary>Builds the node; it is not started.</summary>
    public static IHost Build(NodeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var builder = Host.CreateApplicationBuilder();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = settings.Drain + AfterDrain);
        builder.Services.AddAkka(SystemName, (akka, _) =>
        {
            akka.AddHoconFile(Path.Combine(AppContext.BaseDirectory, "akka.hocon"), HoconAddMode.Prepend);
            akka.ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            });
            akka.WithClustering(new ClusterOptions { Roles = ["worker"], SeedNodes = [$"{settings.Remote.Scheme}://{SystemName}@{settings.Seed}"] });
            akka.WithMusterRemoting(settings.Remote);
            akka.WithMuster();
            akka.WithMusterProxies();
            var options = new WorkerPoolOptions { Executor = settings.Name, Queues = settings.Queues, ExecAllowed = settings.Exec, DrainTimeout = settings.Drain };
            akka.WithWorkerPools(
                settings.Slots is { } slots ? options with { Slots = slots, ExecSlots = slots } : options,
                new HandlerRegistry().AddSamples(new SampleOptions(), TimeProvider.System));
        });
        return builder.Build();
    }
}
