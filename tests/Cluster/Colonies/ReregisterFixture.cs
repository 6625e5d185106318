using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Muster.Gateway.Colonies;
using Muster.Seed;

namespace Muster.Tests.Cluster.Colonies;

/// <summary>A cluster that lets executors register anew, whose time only moves when a test moves it, and that has an address for Colonies clients alone.</summary>
public sealed class ReregisterFixture : ColoniesFixture
{
    /// <summary>The time.</summary>
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>The address for Colonies clients.</summary>
    public Uri Own { get; } = new($"http://127.0.0.1:{FreePort()}");

    /// <inheritdoc />
    protected override SeedSettings Settings => base.Settings with { Clock = Clock, ColoniesUrl = Own.ToString().TrimEnd('/') };

    /// <inheritdoc />
    protected override ColoniesOptions Options => base.Options with { AllowReregister = true };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
