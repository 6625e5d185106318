using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;

namespace Muster.Engine.Hosting;

/// <summary>Makes an actor system a member of a cluster.</summary>
public static class MemberHosting
{
    /// <summary>Settings, logging, remoting, and what every member needs. A core node joins by its store; see <see cref="EngineHosting.WithMusterCore"/>.</summary>
    public static AkkaConfigurationBuilder WithMember(this AkkaConfigurationBuilder builder, MemberOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        builder.AddHoconFile(Path.Combine(AppContext.BaseDirectory, "akka.hocon"), HoconAddMode.Prepend);
        builder.ConfigureLoggers(loggers =>
        {
            loggers.ClearLoggers();
            loggers.AddLoggerFactory();
        });
        builder.WithClustering(new ClusterOptions
        {
            Roles = [.. options.Roles],
            SeedNodes = [.. options.Contacts.Select(c => $"akka.tcp://{MemberOptions.SystemName}@{c}")],
        });
        builder.WithMuster();
        if (options.Remote is var (host, port))
        {
            builder.WithRemoting(new RemoteOptions { HostName = host, Port = port });
        }

        if (options.Config is { } config)
        {
            builder.AddHoconFile(config, HoconAddMode.Prepend);
        }

        return builder;
    }
}
