using System.Diagnostics;
using Muster.Bench.Clusters;
using Muster.Bench.Measuring;
using Muster.Bench.Stores;

namespace Muster.Bench.Scenarios;

/// <summary>Submits at a fixed rate whatever the answers take, and times each from the moment at which it should have been sent.</summary>
internal sealed class OpenLoop : IScenario
{
    public string Name => "open-loop";

    public string Explanation => "Submit at a fixed rate, one by one; time from the intended send time to the durable answer";

    public async Task<Measurement> RunAsync(BenchOptions options, IBenchStore store)
    {
        await using var cluster = await AnyCluster.StartAsync(options, store).ConfigureAwait(false);
        await WarmUp.RunAsync(cluster, options).ConfigureAwait(false);
        var ids = Submits.NewIds(options.Processes);
        var answers = new Latencies();
        var starts = new Latencies();
        var cpu = cluster.CpuSeconds;
        var begin = Stopwatch.GetTimestamp();
        var sent = new Task[ids.Length];
        var due = new long[ids.Length];
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < ids.Length; i++)
        {
            due[i] = begin + (Stopwatch.Frequency * i / options.Rate);
            while (Stopwatch.GetTimestamp() < due[i])
            {
                await timer.WaitForNextTickAsync().ConfigureAwait(false);
            }

            sent[i] = SubmitAsync(ids[i], due[i]);
        }

        await Task.WhenAll(sent).ConfigureAwait(false);
        await Verdict.NoneUnfinishedAsync(cluster).ConfigureAwait(false);
        var used = cluster.CpuSeconds - cpu;
        var verdict = await Verdict.OfRunAsync(cluster, ids).ConfigureAwait(false);
        for (var i = 0; i < ids.Length; i++)
        {
            starts.Add(due[i], cluster.Book.FirstAt(ids[i]) ?? long.MaxValue);
        }

        return new Measurement
        {
            PerSecond = options.Rate,
            P50Ms = answers.At(0.5),
            P99Ms = answers.At(0.99),
            Lost = verdict.Lost,
            Duplicates = verdict.Duplicates,
            CpuSeconds = used,
            PeakMb = cluster.PeakMb,
            Note = FormattableString.Invariant($"to the start of the handler p50 {starts.At(0.5):0.0} ms, p99 {starts.At(0.99):0.0} ms"),
        };

        async Task SubmitAsync(string id, long intended)
        {
            await cluster.SubmitAsync(id).ConfigureAwait(false);
            answers.Add(intended, Stopwatch.GetTimestamp());
        }
    }
}
