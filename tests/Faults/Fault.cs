namespace Muster.Tests.Faults;

/// <summary>Something that breaks, and what heals it. The load goes on meanwhile.</summary>
/// <param name="Name">What happens.</param>
/// <param name="InGate">Whether the short run has it too.</param>
/// <param name="Break">Breaks it.</param>
/// <param name="Broken">How long it stays broken.</param>
/// <param name="Heal">Makes it whole.</param>
internal sealed record Fault(string Name, bool InGate, Func<BenchCluster, Task> Break, TimeSpan Broken, Func<BenchCluster, Task> Heal)
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Fault> All =
    [
        new("nothing", true, _ => Task.CompletedTask, Seconds(5), _ => Task.CompletedTask),
        new("kill -9 a core node", true, c => c["node-1"].KillAsync(), Seconds(14), c => c.StartAsync("node-1")),
        new("kill -9 a seed", true, c => c["seed-1"].KillAsync(), Seconds(14), c => c.StartAsync("seed-1")),
        new("kill -9 a worker", true, c => c["worker"].KillAsync(), Seconds(3), c => c.StartAsync("worker")),
        new("PostgreSQL restart", true, c => c.Server.StopAsync(), Seconds(3), c => c.Server.StartAgainAsync()),
        new("cut the minority, store in reach", true, Cut("node-2"), Seconds(18), Join("node-2")),
        new("kill -9 PostgreSQL", false, c => c.Server.KillAsync(), Seconds(3), c => c.Server.StartAgainAsync()),
        new("end all connections to the store", false, c => Support.PostgresServer.ExecuteAsync(
            c.Store, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'muster'"), Seconds(3), _ => Task.CompletedTask),
        new("cut a core node from everything", false, c => LinkAsync(c, "node-2", up: false), Seconds(18), c => LinkAsync(c, "node-2", up: true)),
        new("stop a core node for 20 s", false, c => c["node-1"].SignalAsync("STOP"), Seconds(20), c => c["node-1"].SignalAsync("CONT")),
        new("stop a seed for 20 s", false, c => c["seed-2"].SignalAsync("STOP"), Seconds(20), c => c["seed-2"].SignalAsync("CONT")),
        new("stop a worker for 20 s", false, c => c["worker"].SignalAsync("STOP"), Seconds(20), c => c["worker"].SignalAsync("CONT")),
        new("kill -9 both core nodes, one after the other", false, KillTwoAsync, Seconds(16), StartTwoAsync),
        new("kill -9 everything but the store", false, KillAllAsync, Seconds(2), StartAllAsync),
        new("restart every node in turn", false, RollAsync, Seconds(1), _ => Task.CompletedTask),
    ];

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static Func<BenchCluster, Task> Cut(string name) => c =>
    {
        c.Network.CutFromOthers(c.NamespaceOf(name));
        return Task.CompletedTask;
    };

    private static Func<BenchCluster, Task> Join(string name) => c =>
    {
        c.Network.Heal(c.NamespaceOf(name));
        return Task.CompletedTask;
    };

    private static Task LinkAsync(BenchCluster cluster, string name, bool up)
    {
        Network.Link(cluster.NamespaceOf(name), up);
        return Task.CompletedTask;
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

    private static async Task RollAsync(BenchCluster cluster)
    {
        foreach (var name in BenchCluster.Names)
        {
            await cluster[name].SignalAsync("TERM").ConfigureAwait(false);
            var code = await cluster[name].ExitAsync().ConfigureAwait(false);
            if (code != 0)
            {
                throw new InvalidOperationException($"{name} ended with {code} when it was asked to stop.");
            }

            await cluster.StartAsync(name).ConfigureAwait(false);
            await Task.Delay(Seconds(3)).ConfigureAwait(false);
        }
    }
}
