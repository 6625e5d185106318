using System.Globalization;
using System.Net;

namespace Muster.Engine.Hosting.Remoting;

/// <summary>Where the inside of the cluster listens, and what protects it. Who reaches it unprotected owns the cluster.</summary>
public sealed record RemoteSettings
{
    /// <summary>HOST:PORT, under which the other nodes reach this one; null for loopback and any free port.</summary>
    public string? Address { get; init; }

    /// <summary>The folder with the certificate of this node (<c>tls.crt</c>), its key (<c>tls.key</c>) and that of who signs those of all nodes (<c>ca.crt</c>); null for none.</summary>
    public string? TlsFolder { get; init; }

    /// <summary>Whether another address than loopback may go without certificates.</summary>
    public bool Insecure { get; init; }

    /// <summary>How addresses of this cluster begin.</summary>
    public string Scheme => TlsFolder is null ? "akka.tcp" : "akka.ssl.tcp";

    /// <summary>Checks the address, and that it may be listened on.</summary>
    /// <returns>Host and port; port 0 is any free one.</returns>
    /// <exception cref="RemoteProblemException">It is no address, or nothing protects it.</exception>
    public (string Host, int Port) Checked()
    {
        if (Address is null)
        {
            return ("127.0.0.1", 0);
        }

        var colon = Address.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(Address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort)
        {
            throw new RemoteProblemException($"--remote '{Address}' is not HOST:PORT.");
        }

        var host = Address[..colon];
        if (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
        {
            throw new RemoteProblemException($"--remote '{Address}' is no address that other nodes could call. Name the one under which they reach this machine.");
        }

        RefuseOpen(host, TlsFolder is not null, $"--remote '{Address}'");
        return (host, port);
    }

    /// <summary>Refuses a host off loopback that nothing protects.</summary>
    /// <param name="host">Where it would be listened.</param>
    /// <param name="tls">Whether certificates protect it.</param>
    /// <param name="who">Who says so.</param>
    /// <exception cref="RemoteProblemException">Nothing protects it.</exception>
    internal void RefuseOpen(string host, bool tls, string who)
    {
        if (!tls && !Insecure && !IsLoopback(host))
        {
            throw new RemoteProblemException(
                $"{who} is not loopback. Who reaches this port owns the cluster, so another address needs mutual TLS: give every node a certificate with --tls-dir DIR ('certs' makes some). " +
                "Where nobody else can reach the port, --insecure-remote allows it without.");
        }
    }

    /// <summary>Whether only this machine reaches it.</summary>
    public static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
