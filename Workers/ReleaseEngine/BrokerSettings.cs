using System.Globalization;
using System.Net.Security;
using Muster.Workers.Shared;
using RabbitMQ.Client;

namespace Muster.Workers.ReleaseEngine;

/// <summary>Where the broker is, as the MQ configuration file of a worker says it.</summary>
public sealed record BrokerSettings
{
    private const int PlainPort = 5672;
    private const int TlsPort = 5671;
    private const int HighestPort = 65_535;

    /// <summary><c>server</c>: the host. Required.</summary>
    public required string Server { get; init; }

    /// <summary><c>user</c>. Required.</summary>
    public required string User { get; init; }

    /// <summary><c>password</c>. Required.</summary>
    public required string Password { get; init; }

    /// <summary><c>vhost</c>. Required; the usual one is <c>/</c>.</summary>
    public required string VirtualHost { get; init; }

    /// <summary><c>port</c>; default 5672, with TLS 5671.</summary>
    public int Port { get; init; } = PlainPort;

    /// <summary><c>ssl</c>: whether the connection is encrypted and the broker's certificate checked, by what the operating system allows (not TLS 1.0 alone). Default false.</summary>
    public bool Tls { get; init; }

    /// <summary><c>heartbeat</c>: how often each side says that it is there, in seconds; the lower of what worker and broker want is taken. Default 60. Steps of any length leave it alone.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where; <c>~</c> is the home folder.</param>
    /// <exception cref="WorkerException">It cannot be read or lacks a key.</exception>
    public static BrokerSettings Load(string path)
    {
        var file = SettingsFile.Read(path, "The MQ configuration");
        var tls = file.Flag("ssl", standard: false);
        return new BrokerSettings
        {
            Server = file.Text("server"),
            User = file.Text("user"),
            Password = file.Text("password"),
            VirtualHost = file.Text("vhost"),
            Tls = tls,
            Port = file.Number("port", tls ? TlsPort : PlainPort, 1, HighestPort),
            Heartbeat = TimeSpan.FromSeconds(file.Number("heartbeat", 60, 1, 3_600)),
        };
    }

    /// <summary>Says where it is, and not the password.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Tls ? "amqps" : "amqp")}://{User}@{Server}:{Port}/{VirtualHost}");

    internal ConnectionFactory Factory(string name) => new()
    {
        HostName = Server,
        Port = Port,
        UserName = User,
        Password = Password,
        VirtualHost = VirtualHost,
        ClientProvidedName = name,
        RequestedHeartbeat = Heartbeat,
        Ssl = new SslOption { Enabled = Tls, ServerName = Server, AcceptablePolicyErrors = SslPolicyErrors.None },
    };
}
