using Muster.Engine;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Persistence.ReadModel;

namespace Muster.Tests.Unit.Simulation;

/// <summary>
/// A small cluster in one thread: the real conduct of processes, queues and dispatcher over a simulated store, network, clock and
/// workers. First everything goes wrong that the seed wants, then all heals and must come to an end.
/// </summary>
internal sealed class Simulation
{
    private static readonly QueueId[] QueueIds = [new(Ids.DefaultNamespace, "q"), new(Ids.DefaultNamespace, "r")];

    private readonly List<IWorker> _workers = [];
    private readonly List<Client> _clients = [];
    private readonly FinalCheck _finalCheck;
    private long _numbers;

    public Simulation(int seed, TextWriter? log = null)
    {
        Random = new Random(seed);
        Faults = new Faults(Random);
        Schedule = new Schedule();
        Trace = new Trace(Schedule) { All = log };
        Table = new Table();
        Witness = new Witness(this);
        Network = new Network(Schedule, Faults, Trace);
        Journal = new Journal(Schedule, Faults, Trace, Table, Witness);
        Processes = new ProcessRegion(this);
        Queues = new QueueRegion(this);
        Core = new Core(this);
        QueueWindow = Random.Next(3) == 0 ? Random.Next(3, 12) : 10_000;
        _finalCheck = new FinalCheck(this, _clients);
    }

    public Random Random { get; }

    public Schedule Schedule { get; }

    public Faults Faults { get; }

    public Trace Trace { get; }

    public Network Network { get; }

    public Table Table { get; }

    public Journal Journal { get; }

    public Witness Witness { get; }

    public ProcessRegion Processes { get; }

    public QueueRegion Queues { get; }

    public Core Core { get; }

    public int QueueWindow { get; }

    /// <summary>Nothing goes wrong in it, and messages keep their order; all workers ask from outside, each one queue.</summary>
    public bool Calm { get; init; }

    public EngineOptions Options { get; } = new();

    public IReadOnlyCollection<IWorker> Workers => _workers;

    public long NextNumber() => ++_numbers;

    /// <summary>Plays it from beginning to end.</summary>
    public void Run()
    {
        foreach (var queue in QueueIds)
        {
            Table.Settings[queue.Name] = AnySettings();
        }

        if (Calm)
        {
            Network.InOrder = true;
            Heal();
        }
        else
        {
            Core.Start();
        }

        StartWorkers();
        StartClients();
        if (Faults.Crashes || Faults.Restarts)
        {
            Schedule.After(Random.Next(500, 5_000), new Mischief(this).Happen);
        }

        Schedule.RunUntil(Random.Next(20_000, 80_000));
        Heal();
        _finalCheck.Run();
    }

    /// <summary>Asks the table: what is there when it is read comes back later, or not at all.</summary>
    public void Read<T>(Func<T> query, Action<T> answer, Action? failed = null) => Schedule.After(Faults.StoreTime(), () =>
    {
        if (Faults.Hits(Faults.FailedReads))
        {
            Schedule.After(Faults.StoreTime(), () => failed?.Invoke());
            return;
        }

        var rows = query();
        Schedule.After(Faults.StoreTime(), () => answer(rows));
    });

    /// <summary>How long a piece of work takes.</summary>
    public int WorkTime() => Faults.Healed ? Random.Next(10, 200) : Random.Next(3) == 0 ? Random.Next(2_000, 12_000) : Random.Next(10, 1_500);

    public WorkOutcome OutcomeOfWork() => Faults.Healed
        ? WorkOutcome.Complete
        : Random.Next(10) switch { 0 or 1 => WorkOutcome.Fail, 2 => WorkOutcome.FailForGood, 3 => WorkOutcome.Release, _ => WorkOutcome.Complete };

    private QueueSettings AnySettings() => new()
    {
        MaxRunning = Random.Next(3) == 0 ? Random.Next(1, 4) : null,
        RatePerSecond = Random.Next(6) == 0 ? Random.Next(1, 4) : null,
    };

    private void StartWorkers()
    {
        if (Calm)
        {
            foreach (var queue in QueueIds)
            {
                _workers.Add(new Asker(this, new Capability { Executor = "x0" }, [queue.Name], Random.Next(1, 8)));
                _workers.Add(new Asker(this, new Capability { Executor = "x1" }, [queue.Name], Random.Next(1, 8)));
            }
        }
        else
        {
            AddWorkers();
        }

        foreach (var worker in _workers)
        {
            Schedule.After(Random.Next(0, 3_000), worker.Start);
        }
    }

    private void AddWorkers()
    {
        // The first can do everything, so that nothing has to stay in the end.
        _workers.Add(new Worker(this, new Capability { Executor = "x0" }, ["q", "r"], Random.Next(1, 4)));
        for (var n = Random.Next(0, 4); n > 0; n--)
        {
            ImmutableArray<string> functions = Random.Next(3) switch { 0 => ["f"], 1 => ["g"], _ => [] };
            ImmutableArray<string> queues = Random.Next(3) switch { 0 => ["q"], 1 => ["r"], _ => ["q", "r"] };
            var capability = new Capability { Executor = $"x{_workers.Count}", Functions = functions };
            var slots = Random.Next(1, 5);
            _workers.Add(Random.Next(2) == 0 ? new Worker(this, capability, queues, slots) : new Asker(this, capability, queues, slots));
        }
    }

    private void StartClients()
    {
        for (var n = Random.Next(3, 25); n > 0; n--)
        {
            var parents = _clients.Count > 0 && Random.Next(4) == 0
                ? Enumerable.Range(0, Random.Next(1, 3)).Select(_ => _clients[Random.Next(_clients.Count)].Id.Id).Distinct().ToImmutableArray()
                : [];
            var client = new Client(this, new ProcessId(Ids.DefaultNamespace, $"p{_clients.Count:00}"), Specs.Any(Random, parents));
            _clients.Add(client);
            client.Start(Random.Next(3) == 0 ? Random.Next(0, 20_000) : Random.Next(0, 3_000));
        }
    }

    private void Heal()
    {
        Trace.Note("all heals");
        Faults.Heal();
        Witness.Heals();
        if (!Core.IsUp)
        {
            Core.Start();
        }

        foreach (var worker in _workers.Where(w => !w.IsUp))
        {
            worker.Start();
        }
    }
}
