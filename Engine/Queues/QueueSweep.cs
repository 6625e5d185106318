using Akka.Actor;
using Akka.Event;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Engine.Queues;

/// <summary>Compares the queues of this node that have demand and nothing to offer with the tables: one query for all of them.</summary>
internal sealed class QueueSweep : UntypedActor, IWithTimers
{
    /// <summary>Where it lives on every core node.</summary>
    public const string Path = "/user/queue-sweep";

    /// <summary>Queues ask at about the same time; this gathers them.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);

    private readonly EngineContext _engine;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<QueueId, IActorRef> _asking = [];

    public QueueSweep(EngineContext engine) => _engine = engine;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(EngineContext engine) => Akka.Actor.Props.Create(() => new QueueSweep(engine));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Check m:
                _asking[m.Queue] = Sender;
                if (!Timers.IsTimerActive("read"))
                {
                    Timers.StartSingleTimer("read", ReadNow.Instance, Gather);
                }

                break;
            case ReadNow:
                _engine.Store.Read.CountsAsync(null).PipeTo(Self, success: counts => new Waiting(
                    [.. counts.Where(c => c.Status == ProcessStatus.Waiting && c.Count > 0).Select(c => new QueueId(c.Namespace, c.Queue))]));
                break;
            case Waiting m:
                foreach (var queue in m.Queues)
                {
                    if (_asking.TryGetValue(queue, out var actor))
                    {
                        actor.Tell(Found.Instance);
                    }
                }

                _asking.Clear();
                break;
            case Status.Failure failure:
                _log.Warning(failure.Cause, "Counts could not be read; the next sweep tries again");
                _asking.Clear();
                break;
        }
    }

    /// <summary>From a queue: it has demand and nothing to offer.</summary>
    internal sealed record Check(QueueId Queue) : INoSerializationVerificationNeeded;

    /// <summary>To the queue: the tables hold waiting processes for it.</summary>
    internal sealed class Found : INoSerializationVerificationNeeded
    {
        public static readonly Found Instance = new();
    }

    private sealed record Waiting(IReadOnlyList<QueueId> Queues) : INoSerializationVerificationNeeded;

    private sealed class ReadNow : INoSerializationVerificationNeeded
    {
        public static readonly ReadNow Instance = new();
    }
}
