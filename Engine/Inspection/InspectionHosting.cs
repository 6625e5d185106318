using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

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
    /// <param name="settings">The settings of the program, to be shown.</param>
    internal static AkkaConfigurationBuilder WithInspector(this AkkaConfigurationBuilder builder, IReadOnlyDictionary<string, string> settings) =>
        builder.WithActors((system, _, services) =>
        {
            var setup = new InspectorSetup(services.GetService<LogTail>(), services.GetService<LogLevels>(), settings);
            system.ActorOf(NodeInspector.Props(setup, TimeProvider.System), NodeInspector.Name);
        });
}
