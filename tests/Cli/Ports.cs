using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Muster.Tests.Cli;

/// <summary>Ports that nobody listens on now.</summary>
internal static class Ports
{
    /// <summary>Some, in the order in which their addresses sort.</summary>
    public static List<int> Free(int count)
    {
        var probes = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        probes.ForEach(p => p.Start());
        var ports = probes.Select(p => ((IPEndPoint)p.LocalEndpoint).Port).OrderBy(p => p.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal).ToList();
        probes.ForEach(p => p.Dispose());
        return ports;
    }
}
