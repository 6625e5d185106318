using System.CommandLine;
using Muster.Persistence.Postgres;
using Muster.Tests.Faults;
using Npgsql;

var all = new Option<bool>("--all") { Description = "Every fault; without it the short list that each change has to pass" };
var only = new Option<string?>("--only") { Description = "The one whose name contains this" };
var rate = new Option<int>("--rate") { Description = "Submits per second", DefaultValueFactory = _ => 40 };
var newer = new Option<string?>("--newer") { Description = "A folder with a second build of the programs, made with --artifacts-path; without it nothing is updated" };
var command = new RootCommand("Breaks a cluster of real programs while it works, and checks what must hold.") { all, only, rate, newer };
command.SetAction(async parsed => Network.IsInside
    ? await RunAsync(Chosen(parsed), parsed.GetValue(rate), parsed.GetValue(newer)).ConfigureAwait(false)
    : await Network.RunInsideAsync(args).ConfigureAwait(false));
return await command.Parse(args).InvokeAsync().ConfigureAwait(false);

IReadOnlyList<Fault> Chosen(ParseResult parsed) =>
[
    .. Fault.All
        .Where(f => parsed.GetValue(only) is { } name ? f.Name.Contains(name, StringComparison.OrdinalIgnoreCase) : f.InGate || parsed.GetValue(all))
        .Where(f => !f.NeedsNewer || parsed.GetValue(newer) is not null),
];

static async Task<int> RunAsync(IReadOnlyList<Fault> faults, int rate, string? newer)
{
    // Between two faults the cluster gets time to be whole again: a node that was shut out joins, shards move back. Many faults hit the same node.
    var rest = TimeSpan.FromSeconds(faults.All(f => f.InGate) ? 5 : 15);
    // Programs that have just started are slow, and shards still move.
    var warmUp = TimeSpan.FromSeconds(12);
    using var network = new Network();
    var cluster = await BenchCluster.StartAsync(network, newer).ConfigureAwait(false);
    await using (cluster.ConfigureAwait(false))
    {
        var history = new History();
        var load = new Load(cluster.Urls, history);
        var left = new Dictionary<string, IReadOnlyList<string>>();
        await using (load.ConfigureAwait(false))
        {
            await load.StartAsync(rate).ConfigureAwait(false);
            await Task.Delay(warmUp).ConfigureAwait(false);
            foreach (var fault in faults)
            {
                load.Fault = fault.Name;
                Console.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss} {fault.Name}");
                var core = await cluster.CoreAsync().ConfigureAwait(false);
                try
                {
                    await fault.Break(cluster).ConfigureAwait(false);
                    await Task.Delay(fault.Broken).ConfigureAwait(false);
                    await fault.Heal(cluster).ConfigureAwait(false);
                }
                catch (Exception e)
                {
                    // What comes of the load then would hide it.
                    Console.WriteLine($"  Failed {fault.Name}\n{e}");
                    cluster.KeepOutputs();
                    throw;
                }

                await Task.Delay(rest).ConfigureAwait(false);
                left[fault.Name] = fault.KeepsCore ? [.. core.Except(await cluster.CoreAsync().ConfigureAwait(false))] : [];
            }

            await load.StopSubmitsAsync().ConfigureAwait(false);
            await DrainAsync(cluster.Store).ConfigureAwait(false);
        }

        var invariants = new Invariants(history);
        var store = PostgresStore.Open(cluster.Store);
        await using (store.ConfigureAwait(false))
        {
            await invariants.CheckAsync(store).ConfigureAwait(false);
        }

        Console.WriteLine(Report.Table([.. faults.Select(f => new Report.Measured(f.Name, Longest(history, f.Name)))], history, invariants));
        foreach (var fault in faults)
        {
            Console.WriteLine(Report.Outcomes(fault.Name, history, invariants));
        }

        Console.WriteLine(Report.PickUp(Fault.All[0].Name, history, invariants));
        return Verdict(faults, cluster, history, invariants, left);
    }
}

static TimeSpan Longest(History history, string fault) => history.Submissions
    .Where(s => s.Fault == fault && s.AcknowledgedAt is not null)
    .Select(s => TimeProvider.System.GetElapsedTime(s.At, s.AcknowledgedAt!.Value))
    .DefaultIfEmpty().Max();

// What is still open after this long is found by the invariants.
static async Task DrainAsync(string address)
{
    var start = TimeProvider.System.GetTimestamp();
    using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
    await using var source = NpgsqlDataSource.Create(address);
    await using var open = source.CreateCommand("SELECT count(*) FROM process WHERE status < 4");
    while (await open.ExecuteScalarAsync().ConfigureAwait(false) is > 0L && TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60))
    {
        await timer.WaitForNextTickAsync().ConfigureAwait(false);
    }
}

static int Verdict(IReadOnlyList<Fault> faults, BenchCluster cluster, History history, Invariants invariants, IReadOnlyDictionary<string, IReadOnlyList<string>> left)
{
    var faultOf = history.Submissions.ToDictionary(s => s.Id, s => s.Fault);
    var failed = 0;
    foreach (var fault in faults)
    {
        var mine = history.Submissions.Where(s => s.Fault == fault.Name).ToList();
        var broken = invariants.Broken.Where(b => faultOf.GetValueOrDefault(b.Process, faults[^1].Name) == fault.Name).ToList();
        if (mine.Count(s => s.AcknowledgedAt is null) is > 0 and var unanswered)
        {
            broken.Add(("-", $"{unanswered} submits were not acknowledged within 90 s"));
        }

        broken.AddRange(left[fault.Name].Select(node => ("-", $"the core node {node} was shut out")));
        Console.WriteLine($"  {(broken.Count == 0 ? "Passed" : "Failed")} {fault.Name}");
        foreach (var (process, what) in broken.Take(20))
        {
            Console.WriteLine($"    {process}: {what}");
            foreach (var e in invariants.Of(process))
            {
                Console.WriteLine($"      {e.At:HH:mm:ss.fff} {e.GetType().Name} {e.From} -> {e.To} by {e.By}");
            }
        }

        failed += broken.Count == 0 ? 0 : 1;
    }

    if (failed > 0)
    {
        cluster.KeepOutputs();
    }

    return failed == 0 ? 0 : 1;
}
