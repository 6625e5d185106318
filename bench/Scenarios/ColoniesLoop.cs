using System.Collections.Concurrent;
using System.Diagnostics;
using Muster.Bench.Clusters;
using Muster.Bench.Measuring;
using Muster.Bench.Stores;
using Muster.Gateway.Colonies.Crypto;

namespace Muster.Bench.Scenarios;

/// <summary>Executors of the Colonies dialect, each in a loop: submit, assign, close, every message signed and its signature checked.</summary>
internal sealed class ColoniesLoop : IScenario
{
    private const int Executors = 50;
    private const string Colony = "bench";

    public string Name => "colonies";

    public string Explanation => $"{Executors} Colonies executors, each in a loop of submit, assign and close: three signed calls a process, N processes in all";

    public BenchOptions Options(BenchOptions said) => said with { Transport = Transport.Http, Concurrency = Executors, Batch = 1 };

    public async Task<Measurement> RunAsync(BenchOptions options, IBenchStore store)
    {
        var (server, owner) = (PrivateKey.New(), PrivateKey.New());
        await using var cluster = await ProgramCluster.StartAsync(
            options, store, workers: false, 0, "--colonies-server-id", server.Id, "--colonies-colony", $"{Colony}={owner.Id}").ConfigureAwait(false);
        using var http = new HttpClient { BaseAddress = cluster.Gateway };
        var keys = new List<PrivateKey>();
        for (var i = 0; i < Executors; i++)
        {
            keys.Add(await new ColoniesCaller(http, owner).AddExecutorAsync(Colony, $"executor-{i}").ConfigureAwait(false));
        }

        if (options.WarmUp)
        {
            await LoopAsync(http, keys, Math.Min(options.Processes, 1_000), []).ConfigureAwait(false);
        }

        var closed = new ConcurrentDictionary<string, int>();
        var cpu = cluster.CpuSeconds;
        var start = Stopwatch.GetTimestamp();
        await LoopAsync(http, keys, options.Processes, closed).ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(start);
        var used = cluster.CpuSeconds - cpu;
        return new Measurement
        {
            PerSecond = options.Processes / took.TotalSeconds,
            Lost = options.Processes - closed.Count,
            Duplicates = closed.Values.Sum(n => n - 1),
            CpuSeconds = used,
            PeakMb = cluster.PeakMb,
        };
    }

    private static async Task LoopAsync(HttpClient http, IReadOnlyList<PrivateKey> keys, int processes, ConcurrentDictionary<string, int> closed)
    {
        var left = processes;
        await Task.WhenAll(keys.Select(key => Task.Run(async () =>
        {
            var caller = new ColoniesCaller(http, key);
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await caller.SubmitAsync(Colony).ConfigureAwait(false);
                var id = await caller.AssignAsync(Colony).ConfigureAwait(false);
                await caller.CloseAsync(id).ConfigureAwait(false);
                closed.AddOrUpdate(id, 1, (_, n) => n + 1);
            }
        }))).ConfigureAwait(false);
    }
}
