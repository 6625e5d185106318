using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Akka.Actor;
using Muster.Bench.Clusters;
using Muster.Bench.Measuring;
using Muster.Bench.Stores;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Runtime.Instances;
using Muster.Tests.Support;

namespace Muster.Bench.Scenarios;

/// <summary>Submits all one by one while one instance of the runtime python runs them. Before, many instances are started at once.</summary>
[SupportedOSPlatform("linux")]
internal sealed class Instances : IScenario
{
    private const int Many = 20;

    /// <summary>Each slot is a process: more than these only wait for processors.</summary>
    private const int MostSlots = 16;

    // Notes each start, as the handlers of other scenarios do.
    private const string Code = """
        import os
        ran = os.open("ran", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        def process(message, context):
            os.write(ran, f"{context.process_id} 1 0\n".encode())
            return "done"
        """;

    public string Name => "instances";

    public string Explanation => "Start 20 instances of the runtime python; then submit N one by one while one instance runs them";

    public BenchOptions Options(BenchOptions said) => said with { Slots = Math.Min(said.Slots, MostSlots), Transport = Transport.Cluster, Nodes = 1 };

    public async Task<Measurement> RunAsync(BenchOptions options, IBenchStore store)
    {
        await using var cluster = await HostedCluster.StartAsync(options, store, handlers: false).ConfigureAwait(false);
        var folder = Directory.CreateDirectory(Path.Combine(options.Folder, $"muster-instances-{Guid.NewGuid():N}")).FullName;
        try
        {
            using var pools = InstancePools.Of(cluster.System, new Capability { Executor = "bench" }, TimeProvider.System);
            await using var host = new InstanceHost(new InstanceHostOptions { Folder = folder }, pools, _ => { }, TimeProvider.System);
            await host.AdoptAsync().ConfigureAwait(false);
            var ready = await ManyAsync(host).ConfigureAwait(false);

            await host.StartAsync(Spec("one", Ids.DefaultQueue, options.Slots)).ConfigureAwait(false);
            await HealthyAsync(host).ConfigureAwait(false);
            await WarmUp.RunAsync(cluster, options).ConfigureAwait(false);
            var ids = Submits.NewIds(options.Processes);
            var cpu = cluster.CpuSeconds;
            var start = Stopwatch.GetTimestamp();
            await Submits.OneByOneAsync(cluster, ids, options.Concurrency).ConfigureAwait(false);
            var submitted = Stopwatch.GetElapsedTime(start);
            await Verdict.NoneUnfinishedAsync(cluster).ConfigureAwait(false);
            var all = Stopwatch.GetElapsedTime(start);
            var used = cluster.CpuSeconds - cpu;
            await host.StopAsync("one", TimeSpan.FromSeconds(10)).ConfigureAwait(false);
            cluster.Book.Load(Path.Combine(folder, "one", "ran"));
            var verdict = await Verdict.OfRunAsync(cluster, ids).ConfigureAwait(false);
            return new Measurement
            {
                PerSecond = ids.Length / all.TotalSeconds,
                SubmitPerSecond = ids.Length / submitted.TotalSeconds,
                CpuSeconds = used,
                PeakMb = cluster.PeakMb,
                Lost = verdict.Lost,
                Duplicates = verdict.Duplicates,
                Note = string.Create(CultureInfo.InvariantCulture, $"{Many} instances ready {ready.TotalSeconds:0.00} s after the order; {options.Slots} slots; CPU without that of the instance"),
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<TimeSpan> ManyAsync(InstanceHost host)
    {
        var names = Enumerable.Range(0, Many).Select(i => string.Create(CultureInfo.InvariantCulture, $"many-{i}")).ToList();
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(names.Select(name => host.StartAsync(Spec(name, "many", 1)))).ConfigureAwait(false);
        await HealthyAsync(host).ConfigureAwait(false);
        var ready = Stopwatch.GetElapsedTime(start);
        await Task.WhenAll(names.Select(name => host.StopAsync(name, TimeSpan.Zero))).ConfigureAwait(false);
        await Task.WhenAll(names.Select(host.RemoveAsync)).ConfigureAwait(false);
        return ready;
    }

    private static Task HealthyAsync(InstanceHost host) => Eventually.SeeAsync(
        () => Task.FromResult(string.Join(' ', host.Instances.Where(i => i.State != InstanceState.Healthy).Select(i => $"{i.Spec.Instance} is {i.State}: {i.Reason}"))), seen => seen.Length == 0, 120);

    private static InstanceSpec Spec(string name, string queue, int slots) => new()
    {
        Instance = name,
        Deployment = "bench",
        Namespace = Ids.DefaultNamespace,
        Revision = 1,
        Runtime = InstanceRuntimes.Python,
        Code = System.Text.Encoding.UTF8.GetBytes(Code),
        Queues = [queue],
        Slots = slots,
    };
}
