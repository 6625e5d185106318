using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Muster.Engine.Hosting;

namespace Muster.Engine.Inspection;

/// <summary>Puts the inspector into a member, and what it tells into its program.</summary>
public static class InspectionHosting
{
    /// <summary>Keeps the last log lines, and lets levels be changed while the program runs.</summary>
    public static ILoggingBuilder AddMusterInspection(this ILoggingBuilder logging)
    {
        ArgumentNullException.ThrowIfNull(logging);
        var services = logging.Services;
        services.AddSingleton(_ => new LogTail(TimeProvider.System));
        services.AddSingleton<ILoggerProvider>(p => p.GetRequiredService<LogTail>());
        services.AddSingleton<LogLevels>();
        services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>>(p => p.GetRequiredService<LogLevels>());
        services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(p => p.GetRequiredService<LogLevels>());
        return logging;
    }

    /// <summary>Starts the inspector of this member.</summary>
    /// <param name="builder">The actor system.</param>
    /// <param name="options">How it takes part, to be shown with the settings of its program.</param>
    internal static AkkaConfigurationBuilder WithInspector(this AkkaConfigurationBuilder builder, MemberOptions options) =>
        builder.WithActors((system, _, services) =>
        {
            var setup = new InspectorSetup(services.GetService<LogTail>(), services.GetService<LogLevels>(), Settings(options));
            system.ActorOf(NodeInspector.Props(setup, TimeProvider.System), NodeInspector.Name);
        });

    private static Dictionary<string, string> Settings(MemberOptions options) => new(options.Settings)
    {
        ["cluster"] = options.Cluster,
        ["roles"] = string.Join(',', options.Roles),
        ["remote"] = options.Remote.Address ?? "loopback, any free port",
        ["tls-dir"] = options.Remote.TlsFolder ?? "",
        ["insecure-remote"] = options.Remote.Insecure ? "true" : "false",
        ["config"] = options.Config ?? "",
    };
}
