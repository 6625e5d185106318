using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Queues;

namespace Muster.Tests.Unit.Simulation;

/// <summary>The shards of the queues: a message brings its queue into memory.</summary>
internal sealed class QueueRegion(Simulation world)
{
    private readonly Dictionary<QueueId, QueueEntity> _entities = [];
    private long _lives;

    public IEnumerable<QueueEntity> Entities => _entities.Values;

    /// <summary>Where messages of the cluster for queues go; anything may happen to them on the way.</summary>
    public IActorRef Ref => field ??= new SimulatedRef("queues", m => Tell((QueueMessage)m, ActorRefs.Nobody));

    public void Tell(QueueMessage message, IActorRef sender) => world.Network.Send(message.Queue.Name, message, () =>
    {
        if (world.Core.IsUp)
        {
            world.Trace.Note($"queue {message.Queue.Name} hears", message);
            Deliver(message.Queue, message, sender);
        }
    });

    /// <summary>Tells a queue something on its own node.</summary>
    public void Deliver(QueueId id, object message, IActorRef sender)
    {
        if (!_entities.TryGetValue(id, out var entity))
        {
            _entities[id] = entity = new QueueEntity(id, world, ++_lives);
        }

        entity.Hear(message, sender);
    }

    /// <summary>Tells a queue something, if it is in memory.</summary>
    public void DeliverIfAlive(QueueId id, object message)
    {
        if (_entities.TryGetValue(id, out var entity))
        {
            entity.Hear(message, ActorRefs.Nobody);
        }
    }

    public void Left(QueueId id)
    {
        if (_entities.Remove(id, out var entity))
        {
            world.Trace.Note($"queue {id.Name} ends");
            entity.Die();
        }
    }

    public void CrashAll()
    {
        foreach (var id in _entities.Keys.ToList())
        {
            Left(id);
        }
    }
}
