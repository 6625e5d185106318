using Akka.Actor;
using Muster.Engine;
using Muster.Engine.Processes;
using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Messages.Workflows;

namespace Muster.Tests.Unit.Simulation;

/// <summary>One life of a process in memory: its real conduct, with a mailbox, a journal and an alarm that are simulated.</summary>
internal sealed class ProcessEntity : IProcessSurroundings
{
    private readonly ProcessId _id;
    private readonly Simulation _world;
    private readonly Queue<(object Message, IActorRef Sender)> _stash = [];
    private readonly SimulatedTimers _timers;
    private readonly SimulatedRef _self;
    private bool _busy = true;
    private DateTimeOffset? _alarm;
    private long _alarms;
    private TimeSpan? _silence;
    private long _silences;

    public ProcessEntity(ProcessId id, Simulation world, long life)
    {
        _id = id;
        _world = world;
        Conduct = new ProcessConduct(id, this);
        _timers = new SimulatedTimers(world.Schedule, m => Hear(m, ActorRefs.Nobody));
        // Who answers this life does not reach the next one.
        _self = new SimulatedRef($"{id.Id}-{life}", (m, sender) => world.Network.Send(id.Id, m, () => Hear(m, sender)));
        world.Journal.Replay(id, Recover);
    }

    public ProcessConduct Conduct { get; }

    public bool Alive { get; private set; } = true;

    /// <summary>Whether its state is what the journal says: nothing is being written or read.</summary>
    public bool IsSettled => Alive && !_busy;

    Moment IProcessSurroundings.Moment => new(_world.Schedule.Now, _world.Random.NextDouble());

    long IProcessSurroundings.Milliseconds => _world.Schedule.Milliseconds;

    ITimerScheduler IProcessSurroundings.Timers => _timers;

    EngineOptions IProcessSurroundings.Options => _world.Options;

    /// <summary>Hears a message, or keeps it until it can.</summary>
    public void Hear(object message, IActorRef sender)
    {
        if (!Alive)
        {
            return;
        }

        if (_busy)
        {
            _stash.Enqueue((message, sender));
            return;
        }

        if (message is not ReceiveTimeout)
        {
            StartSilence();
        }

        if (message is DeadlineReached)
        {
            _alarm = null;
        }

        Conduct.Receive(message, sender);
    }

    /// <summary>It is gone, without a word.</summary>
    public void Die()
    {
        Alive = false;
        _timers.CancelAll();
    }

    void IProcessSurroundings.Persist(ImmutableArray<ProcessEvent> events, Action<ProcessEvent> stored)
    {
        _busy = true;
        _world.Journal.Append(_id, events, outcome =>
        {
            if (!Alive)
            {
                return;
            }

            switch (outcome)
            {
                case Journal.Outcome.Stored:
                    foreach (var e in events)
                    {
                        stored(e);
                    }

                    Unstash();
                    break;
                case Journal.Outcome.SlotTaken:
                    Conduct.NoSlot();
                    Unstash();
                    break;
                default:
                    _world.Processes.Crashed(_id);
                    break;
            }
        });
    }

    void IProcessSurroundings.WakeAt(DateTimeOffset? at)
    {
        if (at == _alarm)
        {
            return;
        }

        _alarm = at;
        var alarm = ++_alarms;
        if (at is { } time)
        {
            var wait = (long)Math.Ceiling((time - _world.Schedule.Now).TotalMilliseconds);
            _world.Schedule.After(wait, () =>
            {
                if (Alive && alarm == _alarms)
                {
                    Hear(DeadlineReached.Instance, ActorRefs.Nobody);
                }
            });
            if (wait > 0 && _world.Faults.Hits(_world.Faults.Repeats))
            {
                // A wake-up may come at any time, also just before it is due.
                _world.Schedule.After(wait - 1, () => Hear(new ProcessSignal.Wake { Process = _id }, ActorRefs.Nobody));
            }
        }
    }

    void IProcessSurroundings.StayFor(TimeSpan? silence)
    {
        _silence = silence;
        StartSilence();
    }

    void IProcessSurroundings.AskToLeave() => _world.Processes.LetLeave(_id, this);

    void IProcessSurroundings.Leave(DateTimeOffset? due, bool unanswered)
    {
        Die();
        if (due is { } time)
        {
            _world.Core.Due(_id, time);
        }

        _world.Processes.Left(_id, unanswered);
    }

    void IProcessSurroundings.TellQueue(QueueMessage message) => _world.Queues.Tell(message, _self);

    // There are no workflows in this world.
    void IProcessSurroundings.TellWorkflow(WorkflowId workflow)
    {
    }

    void IProcessSurroundings.WakeChildren(ProcessStatus status) => _world.Core.Finished(_id);

    void IProcessSurroundings.ReopenChildren() => _world.Core.Reopened(_id);

    void IProcessSurroundings.ReadParents() =>
        _world.Read(() => _world.Table.ParentsOf(_id), parents => Hear(new ParentsSeen(parents), ActorRefs.Nobody));

    void IProcessSurroundings.ReadForHandOver(IActorRef requester, int attempt, ProcessSpec? known) =>
        _world.Read(() => known ?? _world.Table.Find(_id)!.Spec, spec => Hear(new HandOver(requester, attempt, spec, null), ActorRefs.Nobody));

    void IProcessSurroundings.Touch(RowTouch touch) => _world.Table.Touch(_id, touch.Due);

    void IProcessSurroundings.Touch(RowTouch touch, ProcessReply reply, IActorRef to)
    {
        _world.Table.Touch(_id, touch.Due);
        _world.Schedule.After(_world.Faults.StoreTime(), () => to.Tell(reply));
    }

    void IProcessSurroundings.AppendLog(ProcessCommand.AppendLog log, ProcessReply reply, IActorRef to) =>
        _world.Schedule.After(_world.Faults.StoreTime(), () => to.Tell(reply));

    private void Recover(IReadOnlyList<ProcessEvent> events)
    {
        if (!Alive)
        {
            return;
        }

        foreach (var e in events)
        {
            Conduct.Keep(e);
        }

        _busy = false;
        _world.Witness.Recovered(_id);
        Conduct.Recovered();
        Unstash();
    }

    private void Unstash()
    {
        _busy = false;
        while (!_busy && Alive && _stash.TryDequeue(out var next))
        {
            Hear(next.Message, next.Sender);
        }
    }

    private void StartSilence()
    {
        var silence = ++_silences;
        if (_silence is { } most)
        {
            _world.Schedule.After((long)most.TotalMilliseconds, () =>
            {
                if (Alive && silence == _silences)
                {
                    Hear(ReceiveTimeout.Instance, ActorRefs.Nobody);
                }
            });
        }
    }
}
