using Akka.Actor;
using Muster.Engine.Processes;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Tests.Unit.Simulation;

/// <summary>The shards of the processes: a message brings its process into memory, one that leaves gets its messages in its next life.</summary>
internal sealed class ProcessRegion(Simulation world)
{
    private readonly Dictionary<ProcessId, ProcessEntity> _entities = [];
    private readonly Dictionary<ProcessId, List<(object Message, IActorRef Sender)>> _leaving = [];
    private long _lives;

    public IEnumerable<KeyValuePair<ProcessId, ProcessEntity>> Entities => _entities;

    /// <summary>Where messages of the cluster for processes go; anything may happen to them on the way.</summary>
    public IActorRef Ref => field ??= new SimulatedRef("processes", (m, sender) => Tell((IForProcess)m, sender));

    public void Tell(IForProcess message, IActorRef sender)
    {
        world.Witness.Says(message);
        world.Network.Send(message.Process.Id, message, () => Deliver(message.Process, message, sender));
    }

    /// <summary>A message arrives.</summary>
    public void Deliver(ProcessId id, object message, IActorRef sender)
    {
        if (!world.Core.IsUp)
        {
            world.Trace.Note($"{id.Id} is away for", message);
            return;
        }

        world.Trace.Note($"{id.Id} hears", message);
        if (_leaving.TryGetValue(id, out var later))
        {
            later.Add((message, sender));
            return;
        }

        if (!_entities.TryGetValue(id, out var entity))
        {
            _entities[id] = entity = new ProcessEntity(id, world, ++_lives);
        }

        entity.Hear(message, sender);
    }

    /// <summary>A process wants to leave memory; from now on its messages wait for its next life.</summary>
    public void LetLeave(ProcessId id, ProcessEntity entity) => world.Schedule.After(world.Faults.Hits(world.Faults.Delays) ? 200 : 1, () =>
    {
        if (entity.Alive && _leaving.TryAdd(id, []))
        {
            entity.Hear(StopQuietly.Instance, ActorRefs.Nobody);
        }
    });

    public void Left(ProcessId id, bool unanswered)
    {
        world.Trace.Note($"{id.Id} leaves memory");
        _entities.Remove(id);
        _leaving.Remove(id, out var later);
        foreach (var (message, sender) in later ?? [])
        {
            Deliver(id, message, sender);
        }

        if (unanswered)
        {
            Deliver(id, new ProcessSignal.Wake { Process = id }, ActorRefs.Nobody);
        }
    }

    /// <summary>A process dies without a word, and what waited for it with it.</summary>
    public void Crashed(ProcessId id)
    {
        world.Trace.Note($"{id.Id} crashes");
        world.Witness.Crashed(id);
        if (_entities.Remove(id, out var entity))
        {
            entity.Die();
        }

        _leaving.Remove(id);
    }

    public void CrashAll()
    {
        foreach (var id in _entities.Keys.ToList())
        {
            _entities[id].Die();
        }

        _entities.Clear();
        _leaving.Clear();
    }
}
