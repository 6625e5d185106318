using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Muster.Messages;
using Muster.Messages.Queues;
using static Muster.Engine.Queues.QueueSelfMessages;

namespace Muster.Engine.Queues;

/// <summary>One queue in the cluster: gives its conduct a mailbox, timers and the tables.</summary>
internal sealed class QueueActor : UntypedActor, IWithTimers, IQueueSurroundings
{
    private readonly QueueId _id;
    private readonly EngineContext _engine;
    private readonly QueueConduct _conduct;
    private readonly QueueTables _tables;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public QueueActor(QueueId id, EngineContext engine)
    {
        _id = id;
        _engine = engine;
        _tables = new QueueTables(id, engine.Store.Read);
        _conduct = new QueueConduct(id, Guid.NewGuid().ToString("N")[..12], new QueueBook(engine.Options.QueueWindow), this);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    DateTimeOffset IQueueSurroundings.Now => _engine.Clock.GetUtcNow();

    long IQueueSurroundings.Milliseconds => Environment.TickCount64;

    EngineOptions IQueueSurroundings.Options => _engine.Options;

    IActorRef IQueueSurroundings.Self => Self;

    IActorRef IQueueSurroundings.Processes => EngineContext.ProcessRegion(Context.System);

    public static Props Props(string entityId, EngineContext engine) => Akka.Actor.Props.Create<QueueActor>(QueueId.Parse(entityId), engine);

    protected override void PreStart() => _conduct.Start();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Status.Failure failure:
                _log.Warning(failure.Cause, "Queue {Queue} could not read from the store; tried again", _id);
                _conduct.Receive(Unread.Instance, Self);
                break;
            case RefillFailed m:
                _log.Warning(m.Why, "Queue {Queue} could not read its lane", _id);
                _conduct.Receive(m, Self);
                break;
            case Stop:
                Context.Stop(Self);
                break;
            default:
                _conduct.Receive(message, Sender);
                break;
        }
    }

    void IQueueSurroundings.ReadAll(long number) => _tables.LoadAsync(number).PipeTo(Self);

    void IQueueSurroundings.ReadSettings(long number) => _tables.SettingsAsync(number).PipeTo(Self);

    void IQueueSurroundings.ReadHead(QueueLane lane, int limit) => _tables.HeadAsync(lane, limit).PipeTo(Self, failure: e => new RefillFailed(lane, e));

    void IQueueSurroundings.ReadOlder(QueueMessage.Enqueue enqueue, IActorRef sender) =>
        _tables.OlderAsync(enqueue).PipeTo(Self, success: rows => new Conflicts(enqueue, sender, rows));

    void IQueueSurroundings.Sweep() => Context.System.ActorSelection(QueueSweep.Path).Tell(new QueueSweep.Check(_id));

    void IQueueSurroundings.Watch(IActorRef dispatcher) => Context.Watch(dispatcher);

    void IQueueSurroundings.AskToLeave() => Context.Parent.Tell(new Passivate(Stop.Instance));
}
