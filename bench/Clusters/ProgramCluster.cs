using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Muster.Bench.Measuring;
using Muster.Bench.Stores;
using Muster.Tests.Support;

namespace Muster.Bench.Clusters;

/// <summary>A seed as a program of its own; who submits and who works is outside, in this one.</summary>
internal sealed class ProgramCluster : BenchCluster
{
    private readonly SeedProcess _seed;
    private readonly OutsideWorkers? _workers;

    private ProgramCluster(SeedProcess seed, RunBook book, BenchOptions options, bool workers)
        : base(new Uri(seed.Url!), book, options)
    {
        _seed = seed;
        _workers = workers ? new OutsideWorkers(Gateway, book, options) : null;
    }

    public override double CpuSeconds => ProgramUsage.CpuSeconds(_seed.Id);

    public override double PeakMb => ProgramUsage.PeakMb(_seed.Id);

    /// <summary>The memory that the seed holds now, in megabytes.</summary>
    public double Mb => ProgramUsage.Mb(_seed.Id);

    /// <summary>Starts it, and waits until it can serve.</summary>
    /// <param name="options">What is measured.</param>
    /// <param name="store">Its store.</param>
    /// <param name="workers">Whether somebody works outside.</param>
    /// <param name="slots">Slots of the seed's own worker.</param>
    /// <param name="more">More options of the seed.</param>
    public static async Task<ProgramCluster> StartAsync(BenchOptions options, IBenchStore store, bool workers, int slots = 0, params IReadOnlyList<string> more)
    {
        var url = $"http://127.0.0.1:{FreePort()}";
        string[] where = store.Address is { } address ? ["--store", address] : [];
        var seed = SeedProcess.Start(
            store.Folder, url, ["--urls", url, "--data", store.Folder, "--slots", slots.ToString(CultureInfo.InvariantCulture), "--log-level", "error", .. where, .. more]);
        try
        {
            await seed.ReadyAsync().ConfigureAwait(false);
            return new ProgramCluster(seed, new RunBook(), options, workers);
        }
        catch
        {
            await seed.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops the seed in order.</summary>
    public async Task StopAsync()
    {
        if (_workers is not null)
        {
            await _workers.DisposeAsync().ConfigureAwait(false);
        }

        await _seed.SignalAsync("TERM").ConfigureAwait(false);
        await _seed.ExitAsync().ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        if (_seed.ExitCode is null)
        {
            await StopAsync().ConfigureAwait(false);
        }

        await _seed.DisposeAsync().ConfigureAwait(false);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
