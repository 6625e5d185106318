using Akka.Event;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Akka.Remote.Transport.DotNetty;

namespace Muster.Engine.Hosting.Remoting;

/// <summary>Opens the inside of the cluster.</summary>
public static class RemotingHosting
{
    private const string HostSetting = "akka.remote.dot-netty.tcp.hostname";
    private const string TlsSetting = "akka.remote.dot-netty.tcp.enable-ssl";

    /// <summary>Listens where the settings say, with certificates on both sides when there are some.</summary>
    /// <exception cref="RemoteProblemException">Nothing protects the address, or the certificates cannot be used.</exception>
    public static AkkaConfigurationBuilder WithMusterRemoting(this AkkaConfigurationBuilder builder, RemoteSettings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        var (host, port) = settings.Checked();
        if (settings.Address is not null)
        {
            builder.WithRemoting(new RemoteOptions { HostName = host, Port = port });
        }

        if (settings.TlsFolder is { } folder)
        {
            var certificates = ClusterCertificates.Load(folder);
            builder.AddHocon($"{TlsSetting} = on", HoconAddMode.Prepend);
            builder.AddSetup(new DotNettySslSetup(certificates.Own, suppressValidation: false, requireMutualAuthentication: true, (certificate, _, peer, errors, log) =>
            {
                var why = certificates.WhyNot(certificate, errors);
                if (why is not null)
                {
                    log.Warning("{0} was refused: {1}", peer, why);
                }

                return why is null;
            }));
        }

        return builder;
    }

    /// <summary>Refuses an address off loopback that came from a file of settings, and that nothing protects. To be called last.</summary>
    /// <exception cref="RemoteProblemException">Nothing protects the address.</exception>
    public static AkkaConfigurationBuilder RefuseOpenRemoting(this AkkaConfigurationBuilder builder, RemoteSettings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        if (builder.Configuration is { HasValue: true } config && config.Value.GetString(HostSetting) is { } host)
        {
            var tls = settings.TlsFolder is not null && config.Value.GetBoolean(TlsSetting);
            settings.RefuseOpen(host, tls, $"The setting {HostSetting} = \"{host}\"");
        }

        return builder;
    }
}
