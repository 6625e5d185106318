using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Configuration;
using Akka.Remote.Transport.DotNetty;
using Muster.Tests.Support;

namespace Muster.Tests.Programs.Nodes;

/// <summary>A member of the same name that tries to join with whatever certificate it was given, and trusts everybody.</summary>
internal sealed class Stranger : IAsyncDisposable
{
    private readonly ActorSystem _system;

    private Stranger(string name, ActorSystem system)
    {
        Name = name;
        _system = system;
    }

    /// <summary>What its certificate is.</summary>
    public string Name { get; }

    /// <summary>Whether the cluster took it.</summary>
    public bool HasJoined => Cluster.Get(_system).SelfMember.Status is MemberStatus.Up or MemberStatus.WeaklyUp or MemberStatus.Joining;

    /// <summary>Starts one.</summary>
    /// <param name="folder">Where its certificate is; null to speak without TLS.</param>
    /// <param name="port">Where the seed listens.</param>
    /// <param name="shows">Whether it shows its certificate when it calls.</param>
    public static Stranger Start(string? folder, int port, bool shows = true)
    {
        var config = ConfigurationFactory.ParseString(
            $$"""
            akka {
              actor.provider = cluster
              loglevel = OFF
              stdout-loglevel = OFF
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, enable-ssl = {{(folder is null ? "off" : "on")}} }
              cluster { roles = [worker], retry-unsuccessful-join-after = 500ms }
            }
            """);
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config));
        if (folder is not null)
        {
            var certificate = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
            setup = setup.And(new DotNettySslSetup(certificate, suppressValidation: true, requireMutualAuthentication: shows));
        }

        var system = ActorSystem.Create("muster", setup);
        Cluster.Get(system).JoinSeedNodes([Address.Parse($"akka.{(folder is null ? "" : "ssl.")}tcp://muster@127.0.0.1:{port}")]);
        return new Stranger(folder is null ? "without TLS" : $"{Path.GetFileName(folder)}{(shows ? "" : ", not shown")}", system);
    }

    /// <summary>Waits until the cluster has taken it.</summary>
    public Task JoinedAsync() => Eventually.TrueAsync(() => Task.FromResult(HasJoined), 60);

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _system.Terminate();
}
