using System.Net;
using System.Net.Sockets;

namespace Muster.Tests.Programs;

internal static class Ports
{
    /// <summary>A port that nobody listens on now; a program that is killed and started again needs the same one.</summary>
    public static int Free()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
