namespace Muster.Tests.Faults;

/// <summary>Something that breaks, and what heals it. The load goes on meanwhile.</summary>
/// <param name="Name">What happens.</param>
/// <param name="Break">Breaks it.</param>
/// <param name="Broken">How long it stays broken.</param>
/// <param name="Heal">Makes it whole.</param>
internal sealed record Fault(string Name, Func<BenchCluster, Task> Break, TimeSpan Broken, Func<BenchCluster, Task> Heal)
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Fault> All =
    [
        new("nothing", Nothing, Seconds(5), Nothing) { InGate = true, KeepsCore = true },
        new("kill -9 a core node", c => c["node-1"].KillAsync(), Seconds(14), c => c.StartAsync("node-1")) { InGate = true },
        new("kill -9 a seed", c => c["seed-1"].KillAsync(), Seconds(14), c => c.StartAsync("seed-1")) { InGate = true },
        new("kill -9 a worker", c => c["worker-3"].KillAsync(), Seconds(3), c => c.StartAsync("worker-3")) { InGate = true, KeepsCore = true },
        new("PostgreSQL restart", c => c.Server.StopAsync(), Seconds(3), c => c.Server.StartAgainAsync()) { InGate = true, KeepsCore = true },
        new("cut the minority, store in reach", Do(c => c.Network.CutFromOthers(c.NamespaceOf("node-2"))), Seconds(18), Do(c => c.Network.Heal(c.NamespaceOf("node-2")))) { InGate = true },

        new("kill -9 PostgreSQL", c => c.Server.KillAsync(), Seconds(3), c => c.Server.StartAgainAsync()) { KeepsCore = true },
        new("end all connections to the store", c => c.EndConnectionsAsync(1), Seconds(3), Nothing) { KeepsCore = true },
        new("end some connections to the store, 30 times", ThirtyTimesAsync, Seconds(1), Nothing) { KeepsCore = true },
        new("the disk of the store is full", Do(c => c.Disk.Fill()), Seconds(10), Do(c => c.Disk.Free())) { KeepsCore = true },

        new("cut a core node from everything", Do(c => Network.Link(c.NamespaceOf("node-2"), up: false)), Seconds(18), Do(c => Network.Link(c.NamespaceOf("node-2"), up: true))),
        new("a core node hears nobody", Do(c => c.Network.CutOneWay(c.NamespaceOf("node-1"), hears: false)), Seconds(18), LoseNothing("node-1")),
        new("a core node is not heard", Do(c => c.Network.CutOneWay(c.NamespaceOf("node-2"), hears: true)), Seconds(18), LoseNothing("node-2")),
        new("a core node loses a tenth of its packets", Do(c => Network.Lose(c.NamespaceOf("node-1"), 10)), Seconds(20), LoseNothing("node-1")),
        new("a core node loses half of its packets", Do(c => Network.Lose(c.NamespaceOf("node-1"), 50)), Seconds(20), LoseNothing("node-1")),
        new("a core node on a slow line", Do(c => Network.Slow(c.NamespaceOf("node-1"))), Seconds(20), Do(c => Network.Fast(c.NamespaceOf("node-1")))),

        new("stop a core node for 20 s", c => c["node-1"].SignalAsync("STOP"), Seconds(20), c => c["node-1"].SignalAsync("CONT")),
        new("stop a seed for 20 s", c => c["seed-2"].SignalAsync("STOP"), Seconds(20), c => c["seed-2"].SignalAsync("CONT")),
        new("stop a worker for 20 s", c => c["worker-3"].SignalAsync("STOP"), Seconds(20), c => c["worker-3"].SignalAsync("CONT")) { KeepsCore = true },

        new("a core node's clock 5 s behind", c => c.StartWithClockAsync("node-1", -5), Seconds(10), Nothing),
        new("a core node's clock an hour ahead, and back", Do(c => c.SetClock("node-1", 3_600)), Seconds(10), Do(c => c.SetClock("node-1", 0))) { KeepsCore = true },
        new("a seed's clock 5 s ahead", c => c.StartWithClockAsync("seed-2", 5), Seconds(10), Nothing),
        new("a seed's clock an hour behind, and back", Do(c => c.SetClock("seed-2", -3_600)), Seconds(10), Do(c => c.SetClock("seed-2", 0))) { KeepsCore = true },

        new("four more workers, killed 5 s apart", KillWorkersAsync, Seconds(14), Nothing) { KeepsCore = true },
        new("kill -9 both core nodes, one after the other", KillTwoAsync, Seconds(16), StartTwoAsync),
        new("kill -9 everything but the store", KillAllAsync, Seconds(2), StartAllAsync),
        new("restart every node in turn", RollAsync, Seconds(1), Nothing),
        new("update every node in turn", UpdateAsync, Seconds(1), Nothing) { NeedsNewer = true },
    ];

    /// <summary>Whether the short run has it too.</summary>
    public bool InGate { get; private init; }

    /// <summary>Whether every core node has to stay in the cluster through it.</summary>
    public bool KeepsCore { get; private init; }

    /// <summary>Whether it needs a second build of the programs.</summary>
    public bool NeedsNewer { get; private init; }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static Task Nothing(BenchCluster cluster) => Task.CompletedTask;

    private static Func<BenchCluster, Task> Do(Action<BenchCluster> action) => cluster =>
    {
        action(cluster);
        return Task.CompletedTask;
    };

    private static Func<BenchCluster, Task> LoseNothing(string name) => Do(c => Network.LoseNothing(c.NamespaceOf(name)));

    // Some commits are cut in their middle, whichever node makes them.
    private static async Task ThirtyTimesAsync(BenchCluster cluster)
    {
        for (var i = 0; i < 30; i++)
        {
            await cluster.EndConnectionsAsync(0.3).ConfigureAwait(false);
            await Task.Delay(300).ConfigureAwait(false);
        }
    }

    private static async Task KillWorkersAsync(BenchCluster cluster)
    {
        foreach (var name in BenchCluster.MoreWorkers)
        {
            await cluster.StartAsync(name).ConfigureAwait(false);
        }

        await Task.Delay(Seconds(15)).ConfigureAwait(false);
        foreach (var name in BenchCluster.MoreWorkers)
        {
            await cluster[name].KillAsync().ConfigureAwait(false);
            await Task.Delay(Seconds(5)).ConfigureAwait(false);
        }
    }

    private static async Task KillTwoAsync(BenchCluster cluster)
    {
        await cluster["node-1"].KillAsync().ConfigureAwait(false);
        await Task.Delay(Seconds(5)).ConfigureAwait(false);
        await cluster["node-2"].KillAsync().ConfigureAwait(false);
    }

    private static async Task StartTwoAsync(BenchCluster cluster)
    {
        await cluster.StartAsync("node-1").ConfigureAwait(false);
        await cluster.StartAsync("node-2").ConfigureAwait(false);
    }

    private static Task KillAllAsync(BenchCluster cluster) => Task.WhenAll(BenchCluster.Names.Select(n => cluster[n].KillAsync()));

    private static async Task StartAllAsync(BenchCluster cluster)
    {
        foreach (var name in BenchCluster.Names)
        {
            await cluster.StartAsync(name).ConfigureAwait(false);
        }
    }

    // Two versions side by side until all are updated.
    private static Task UpdateAsync(BenchCluster cluster)
    {
        foreach (var name in BenchCluster.Names)
        {
            cluster.Update(name);
        }

        return RollAsync(cluster);
    }

    private static async Task RollAsync(BenchCluster cluster)
    {
        foreach (var name in BenchCluster.Names)
        {
            await cluster.StopAsync(name).ConfigureAwait(false);
            await cluster.StartAsync(name).ConfigureAwait(false);
            await Task.Delay(Seconds(3)).ConfigureAwait(false);
        }
    }
}
