using System.Collections.Concurrent;
using System.Diagnostics;
using Muster.Bench.Clusters;
using Muster.Bench.Measuring;
using Muster.Bench.Stores;

namespace Muster.Bench.Scenarios;

/// <summary>Executors of the Colonies dialect, each in a loop: submit, assign, close, every message signed and its signature checked.</summary>
internal sealed class ColoniesLoop : IScenario
{
    private const int Executors = 50;

    /// <summary>Until then most of the work is that of the compiler.</summary>
    private const int WarmUps = 5_000;

    public string Name => "colonies";

    public string Explanation => $"{Executors} Colonies executors, each in a loop of submit, assign and close: three signed calls a process, N processes in all";

    public BenchOptions Options(BenchOptions said) => said with { Transport = Transport.Http, Concurrency = Executors, Batch = 1 };

    public async Task<Measurement> RunAsync(BenchOptions options, IBenchStore store)
    {
        await using var cluster = await ColoniesCluster.StartAsync(options, store, Executors).ConfigureAwait(false);
        if (options.WarmUp)
        {
            await LoopAsync(cluster.Executors, Math.Min(options.Processes, WarmUps), []).ConfigureAwait(false);
        }

        var closed = new ConcurrentDictionary<string, int>();
        var cpu = cluster.Program.CpuSeconds;
        var start = Stopwatch.GetTimestamp();
        await LoopAsync(cluster.Executors, options.Processes, closed).ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(start);
        return new Measurement
        {
            PerSecond = options.Processes / took.TotalSeconds,
            Lost = options.Processes - closed.Count,
            Duplicates = closed.Values.Sum(n => n - 1),
            CpuSeconds = cluster.Program.CpuSeconds - cpu,
            PeakMb = cluster.Program.PeakMb,
        };
    }

    private static async Task LoopAsync(IReadOnlyList<ColoniesCaller> callers, int processes, ConcurrentDictionary<string, int> closed)
    {
        var left = processes;
        await Task.WhenAll(callers.Select(caller => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await caller.SubmitAsync(ColoniesCluster.Colony).ConfigureAwait(false);
                var id = await caller.AssignAsync(ColoniesCluster.Colony).ConfigureAwait(false);
                await caller.CloseAsync(id).ConfigureAwait(false);
                closed.AddOrUpdate(id, 1, (_, n) => n + 1);
            }
        }))).ConfigureAwait(false);
    }
}
