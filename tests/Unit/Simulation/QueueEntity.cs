using Akka.Actor;
using Muster.Engine;
using Muster.Engine.Queues;
using Muster.Messages;
using Muster.Messages.Queues;

namespace Muster.Tests.Unit.Simulation;

/// <summary>One life of a queue: its real conduct and book, over the simulated table.</summary>
internal sealed class QueueEntity : IQueueSurroundings
{
    private readonly QueueId _id;
    private readonly Simulation _world;
    private readonly QueueConduct _conduct;
    private readonly SimulatedTimers _timers;
    private readonly HashSet<string> _watched = [];

    public QueueEntity(QueueId id, Simulation world, long life)
    {
        _id = id;
        _world = world;
        _timers = new SimulatedTimers(world.Schedule, Hear);
        Book = new QueueBook(world.QueueWindow, leastPerLane: Math.Min(32, world.QueueWindow));
        Self = new SimulatedRef($"{id.Name}-{life}", m => world.Network.Send(id.Name, m, () => HearDirectly(m)));
        _conduct = new QueueConduct(id, $"{id.Name}{life}", Book, this);
        _conduct.Start();
    }

    public QueueBook Book { get; }

    public IActorRef Self { get; }

    public bool Alive { get; private set; } = true;

    DateTimeOffset IQueueSurroundings.Now => _world.Schedule.Now;

    long IQueueSurroundings.Milliseconds => _world.Schedule.Milliseconds;

    ITimerScheduler IQueueSurroundings.Timers => _timers;

    EngineOptions IQueueSurroundings.Options => _world.Options;

    IActorRef IQueueSurroundings.Processes => _world.Processes.Ref;

    public void Hear(object message, IActorRef sender)
    {
        if (Alive)
        {
            _conduct.Receive(message, sender);
        }
    }

    /// <summary>It is gone, without a word.</summary>
    public void Die()
    {
        Alive = false;
        _timers.CancelAll();
    }

    public void DispatcherDied(IActorRef dispatcher)
    {
        if (_watched.Contains(dispatcher.Path.Name))
        {
            Hear(new Terminated(dispatcher, existenceConfirmed: true, addressTerminated: false));
        }
    }

    void IQueueSurroundings.ReadAll(long number) => _world.Read(
        () => _world.Table.SettingsOf(_id, number),
        settings => _world.Read(() => _world.Table.LanesOf(_id), lanes => Hear(new QueueTables.Whole(settings, lanes)), Unread),
        Unread);

    void IQueueSurroundings.ReadSettings(long number) => _world.Read(() => _world.Table.SettingsOf(_id, number), Hear, Unread);

    void IQueueSurroundings.ReadHead(QueueLane lane, int limit) => _world.Read(
        () => _world.Table.HeadOf(_id, lane, limit), Hear, () => Hear(new QueueSelfMessages.RefillFailed(lane, new TimeoutException())));

    void IQueueSurroundings.ReadOlder(QueueMessage.Enqueue enqueue, IActorRef sender) =>
        _world.Read(() => _world.Table.OlderWithKey(enqueue), older => Hear(new QueueSelfMessages.Conflicts(enqueue, sender, older)), Unread);

    void IQueueSurroundings.Sweep() => _world.Core.Sweep(_id);

    void IQueueSurroundings.Watch(IActorRef dispatcher) => _watched.Add(dispatcher.Path.Name);

    void IQueueSurroundings.AskToLeave() => _world.Queues.Left(_id);

    private void HearDirectly(object message)
    {
        _world.Trace.Note($"queue {_id.Name} hears", message);
        Hear(message);
    }

    private void Hear(object message) => Hear(message, ActorRefs.Nobody);

    private void Unread() => Hear(QueueSelfMessages.Unread.Instance);
}
