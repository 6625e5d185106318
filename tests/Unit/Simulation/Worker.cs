using System.Globalization;
using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Tests.Unit.Simulation;

/// <summary>A worker as the pool on a node is: says its demand again and again, runs what it gets, tells the end until it is answered. It crashes and starts again.</summary>
internal sealed class Worker(Simulation world, Capability capability, ImmutableArray<string> queues, int slots) : IWorker
{
    private const int SayEvery = 2_000;

    private readonly SortedDictionary<string, WorkerAttempt> _held = new(StringComparer.Ordinal);
    private readonly HashSet<AttemptRef> _recent = [];
    private readonly List<AttemptRef> _arrived = [];
    private readonly List<AttemptRef> _finished = [];
    private SimulatedRef _self = null!;
    private long _life;
    private long _version;
    private long _received;

    public string Executor => capability.Executor;

    public string Demand { get; private set; } = "";

    public bool IsUp { get; private set; }

    public void Start()
    {
        IsUp = true;
        var life = ++_life;
        Demand = $"{capability.Executor}-{world.NextNumber()}";
        _self = new SimulatedRef(Demand, m => world.Network.Send(capability.Executor, m, () => Hear(m, life)));
        _received = 0;
        world.Trace.Note($"{Demand} starts");
        SayAgain(life);
    }

    /// <summary>It is gone, and what it holds with it; the cluster may notice and remove its node.</summary>
    public void Crash()
    {
        world.Trace.Note($"{Demand} crashes");
        foreach (var attempt in _held.Values)
        {
            attempt.Stop();
        }

        IsUp = false;
        _life++;
        _held.Clear();
        _recent.Clear();
        _arrived.Clear();
        _finished.Clear();
        if (world.Random.Next(2) == 0)
        {
            var demand = Demand;
            world.Schedule.After(world.Random.Next(3_000, 12_000), () => world.Core.Removed(demand));
        }
    }

    public void Said() => Say(partial: true);

    /// <summary>The end of an attempt is stored, or its process knows better.</summary>
    public void Over(WorkerAttempt attempt)
    {
        if (_held.Remove(attempt.Key))
        {
            _recent.Add(attempt.Id);
            _finished.Add(attempt.Id);
            Say(partial: true);
        }
    }

    private void Hear(object message, long life)
    {
        if (life != _life || message is not ProcessSignal.Assignment m)
        {
            return;
        }

        var id = new AttemptRef(m.Process, m.Attempt);
        if (_recent.Contains(id) || _held.Values.Any(a => a.Id == id))
        {
            return;
        }

        _received++;
        var attempt = new WorkerAttempt(world, this, m);
        var full = _held.Values.Count(a => a.IsRunning) >= slots;
        _held.Add(attempt.Key, attempt);
        _arrived.Add(id);
        world.Trace.Note($"{Demand} {(full ? "is full for" : "starts")}", m);
        if (full)
        {
            attempt.GiveBack("The worker is full.");
        }
        else
        {
            attempt.Start();
        }

        Say(partial: true);
    }

    private void SayAgain(long life)
    {
        if (life == _life)
        {
            Say(partial: false);
            world.Schedule.After(SayEvery, () => SayAgain(life));
        }
    }

    private void Say(bool partial)
    {
        var demand = new DispatcherMessage.Demand
        {
            DemandId = Demand,
            Version = ++_version,
            Namespace = Ids.DefaultNamespace,
            Queues = queues,
            Capability = capability,
            Free = Math.Max(0, slots - _held.Values.Count(a => a.IsRunning)),
            Received = _received,
            Held = [.. partial ? _arrived : _held.Values.Select(a => a.Id)],
            Partial = partial,
            Finished = [.. _finished],
            Requester = new ActorRef(_self),
            OfMember = true,
        };
        _arrived.Clear();
        _finished.Clear();
        world.Network.Send("dispatcher", demand, () =>
        {
            if (world.Core.IsUp)
            {
                world.Core.Dispatcher.Hear(demand);
            }
        });
    }
}
