using Akka.Cluster.Hosting;
using Akka.Hosting;
using Muster.Engine.Hosting.Remoting;
using Muster.Engine.Inspection;
using Muster.Engine.Membership;

namespace Muster.Engine.Hosting;

/// <summary>Makes an actor system a member of a cluster.</summary>
public static class MemberHosting
{
    /// <summary>Settings, logging, remoting, and what every member needs. A core node joins by its store; see <see cref="EngineHosting.WithMusterCore"/>.</summary>
    /// <exception cref="RemoteProblemException">Nothing protects the address, or the certificates cannot be used.</exception>
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
            Roles = [.. options.Roles, ClusterNames.RoleOf(options.Cluster)],
            SeedNodes = [.. options.Contacts.Select(c => $"{options.Remote.Scheme}://{MemberOptions.SystemName}@{c}")],
        });
        builder.AddHocon($"akka.cluster.app-version = \"{VersionText.Muster}\"", HoconAddMode.Prepend);
        builder.WithMuster();
        builder.WithInspector(options);
        if (!options.Roles.Contains(EngineHosting.CoreRole))
        {
            builder.WithActors((system, _) => system.ActorOf(ClusterNames.Props(options.Cluster), "cluster-names"));
        }

        builder.WithMusterRemoting(options.Remote);
        if (options.Config is { } config)
        {
            builder.AddHoconFile(config, HoconAddMode.Prepend);
        }

        return builder.RefuseOpenRemoting(options.Remote);
    }
}
