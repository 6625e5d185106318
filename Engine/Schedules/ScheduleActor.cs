using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Muster.Engine.Clocks;
using Muster.Engine.Processes;
using Muster.Engine.Schedules.Rules;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;
using Muster.Persistence;
using Muster.Persistence.Journal;

namespace Muster.Engine.Schedules;

/// <summary>One schedule in the cluster. A run is stored before its work is submitted, and its work has an id of its own: so a slot fires once, whatever crashes.</summary>
internal sealed class ScheduleActor : UntypedPersistentActor, IWithTimers
{
    /// <summary>What comes sooner is waited for in memory; the clock of the node knows the rest in time.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    /// <summary>How often it is looked whether the work before is final, while a run waits for that.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>After this many events all is said anew, and the events before are deleted.</summary>
    private const int KeepAfter = 200;

    private readonly ScheduleId _id;
    private readonly EngineContext _engine;
    private readonly WorkLaunch _launch;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, IActorRef> _triggers = [];
    private ScheduleState _state = ScheduleState.Empty;
    private Timetable? _timetable;
    private ScheduledRun? _launching;
    private object? _submission;
    private bool _reading;
    private string? _damaged;
    private ITimer? _alarm;
    private long _keptNr;

    public ScheduleActor(ScheduleId id, EngineContext engine)
    {
        _id = id;
        _engine = engine;
        _launch = new WorkLaunch(engine.Store);
        PersistenceId = PersistenceIds.Of(id);
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    private ScheduleProgress Progress => _state.Progress;

    public static Props Props(string entityId, EngineContext engine)
    {
        var id = ProcessId.Parse(entityId);
        return EntityProps<ScheduleActor>.Of(() => new ScheduleActor(new ScheduleId(id.Namespace, id.Id), engine));
    }

    protected override void PreStart()
    {
        Context.SetReceiveTimeout(_engine.Options.Idle);
        base.PreStart();
    }

    protected override void PostStop()
    {
        _alarm?.Dispose();
        base.PostStop();
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case ScheduleEvent e:
                Keep(e);
                break;
            case DamagedEvent e:
                _damaged ??= $"The event {e.SequenceNr} cannot be read: {e.Why}";
                break;
            case RecoveryCompleted when _damaged is null && _state.Spec is { } spec:
                // The machine that stored it may know other time zones than this one.
                _timetable = Rules.Timetable.Of(spec, _state.Anchor, _id.ToString(), out var fault);
                _damaged = fault?.Message;
                break;
        }

        if (message is RecoveryCompleted)
        {
            if (_damaged is not null)
            {
                _log.Error("Schedule {Schedule} fires nothing: {Reason}", _id, _damaged);
            }
            else
            {
                GoOn();
            }
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case ReceiveTimeout when _launching is null && !_reading && !(Progress.WakeAt() - Now() < Soon):
                Context.Parent.Tell(new Passivate(StopQuietly.Instance));
                break;
            case StopQuietly:
                Context.Stop(Self);
                break;
            case ScheduleCommand c when _damaged is not null:
                Sender.Tell(new ScheduleReply.Refused { Schedule = c.Schedule, Problem = Problem.Damaged, Message = _damaged });
                break;
            case var _ when _damaged is not null:
                break;
            case ScheduleCommand.Trigger c when NeedsToKnow:
                ReadFor(c, Sender);
                break;
            case ScheduleCommand c:
                Decide(c, Sender, free: true);
                break;
            case TriggerSeen m when m.Last != Progress.LastWork && NeedsToKnow:
                ReadFor(m.Command, m.Sender);
                break;
            case TriggerSeen m:
                Decide(m.Command, m.Sender, m.Free);
                break;
            case ScheduleSignal.Wake or Ring:
                GoOn();
                break;
            case PreviousSeen m:
                _reading = false;
                GoOn(m.Last == Progress.LastWork ? m.Previous : null);
                break;
            case Again when _submission is not null:
                Submit();
                break;
            case Status.Failure failure:
                _log.Warning(failure.Cause, "Schedule {Schedule} could not reach the store; tried again", _id);
                _reading = false;
                RingAt(Now() + Look);
                break;
            case var _ when _launching is not null && WorkLaunch.WorkOf(message) == _launching.Work:
                Launched(_launching, WorkLaunch.Read(message));
                break;
        }
    }

    // Whether the next run depends on how the last one ended.
    private bool NeedsToKnow => _state.Spec is { } spec && Progress.LastWork is not null && (spec.Overlap != OverlapPolicy.Allow || spec.PassPrevious);

    private void Decide(ScheduleCommand command, IActorRef sender, bool free)
    {
        var existed = _state.Spec is not null;
        switch (ScheduleRules.Decide(_state, command, Now(), free))
        {
            case ScheduleDecision.Refused refused:
                sender.Tell(new ScheduleReply.Refused { Schedule = _id, Problem = refused.Problem, Message = refused.Message });
                break;
            case ScheduleDecision.IsSo isSo:
                sender.Tell(Done(existed, isSo.Work));
                break;
            case ScheduleDecision.Happens { Work: { } work } happens:
                Persist(happens.Event, e =>
                {
                    Keep(e);
                    _triggers[work] = sender;
                    GoOn();
                });
                break;
            case ScheduleDecision.Happens happens:
                Persist(happens.Event, e =>
                {
                    Keep(e);
                    sender.Tell(Done(existed));
                    GoOn();
                });
                break;
        }
    }

    // What is due now: a slot, or the run that waits longest. Everything that may have changed that leads here.
    private void GoOn(PreviousWork? previous = null)
    {
        if (_state.Spec is null || _reading)
        {
            return;
        }

        var now = Now();
        var slot = !Progress.Paused && Progress.NextAt <= now;
        var run = _launching is null && !Progress.Queue.IsEmpty && (!Progress.Paused || Progress.Queue[0].Triggered);
        if ((slot || run) && previous is null && NeedsToKnow)
        {
            _reading = true;
            var last = Progress.LastWork!;
            PreviousAsync(last).PipeTo(Self, success: p => new PreviousSeen(last, p));
            return;
        }

        previous ??= PreviousWork.None;
        if (slot && ScheduleRules.Tick(_id, _state, Timetable(), now, previous.IsFinal) is { } came)
        {
            Persist(came, e =>
            {
                Keep(e);
                Run(previous);
                Rest();
            });
            return;
        }

        if (run)
        {
            Run(previous);
        }

        Rest();
    }

    private void Run(PreviousWork previous)
    {
        if (_launching is not null || Progress.Queue.IsEmpty)
        {
            return;
        }

        if (!previous.IsFinal && _state.Spec!.Overlap != OverlapPolicy.Allow)
        {
            foreach (var queued in Progress.Queue)
            {
                Answer(queued, queued: true);
            }

            RingAt(Now() + Look);
            return;
        }

        var (spec, run) = (_state.Spec!, Progress.Queue[0]);
        _launching = run;
        _submission = WorkLaunch.Command(
            spec.Work, WorkOf(run), (ScheduleSpec.Label, _id.Id), _state.CreatedBy,
            process => previous.Outputs is { } outputs && spec.PassPrevious ? process with { Input = outputs } : process);
        Submit();
    }

    private void Submit()
    {
        WorkLaunch.Region(Context.System, _submission!).Tell(_submission!);
        Timers.StartSingleTimer("again", Again.Instance, _engine.Options.Repeat);
    }

    private void Launched(ScheduledRun run, LaunchAnswer answer)
    {
        if (answer.Again)
        {
            // The timer sends it again.
            return;
        }

        Timers.Cancel("again");
        ScheduleEvent outcome = answer.Refusal is { } reason ? ScheduleRules.Rejected(_state, run, reason, Now()) : ScheduleRules.Fired(_state, run, Now());
        Persist(outcome, e =>
        {
            (_launching, _submission) = (null, null);
            Keep(e);
            if (answer.Refusal is not null)
            {
                _log.Warning("Schedule {Schedule} could not submit {Work}: {Reason}", _id, run.Work, answer.Refusal);
            }

            Answer(run, queued: false, answer.Refusal);
            GoOn();
        });
    }

    private void Answer(ScheduledRun run, bool queued, string? refusal = null)
    {
        if (_triggers.Remove(run.Work, out var sender))
        {
            sender.Tell(refusal is null ? Done(existed: true, run.Work, queued) : new ScheduleReply.Refused { Schedule = _id, Problem = Problem.Invalid, Message = refusal });
        }
    }

    // Nothing to do now: forget what is written again, and wait for the next slot.
    private void Rest()
    {
        if (LastSequenceNr - _keptNr >= KeepAfter)
        {
            _keptNr = LastSequenceNr;
            Persist(
                new ScheduleEvent.Kept
                {
                    At = Now(),
                    CommandId = ScheduleRules.Clock,
                    Progress = Progress,
                    Spec = _state.Spec!,
                    CreatedAt = _state.CreatedAt,
                    CreatedBy = _state.CreatedBy,
                    Anchor = _state.Anchor,
                    Commands = _state.Commands,
                },
                e =>
                {
                    Keep(e);
                    DeleteMessages(LastSequenceNr - 1);
                });
        }

        if (_launching is null && !Progress.Paused && Progress.Queue.IsEmpty && Progress.NextAt is { } next)
        {
            RingAt(next);
        }
    }

    private void RingAt(DateTimeOffset time)
    {
        _alarm?.Dispose();
        var self = Self;
        _alarm = _engine.Clock.WakeAt(time, () => self.Tell(Ring.Instance));
    }

    // Beside what the slots read: whoever triggers waits for the answer.
    private void ReadFor(ScheduleCommand.Trigger command, IActorRef sender)
    {
        var last = Progress.LastWork!;
        PreviousAsync(last).PipeTo(Self, success: p => new TriggerSeen(command, sender, last, p.IsFinal));
    }

    private Task<PreviousWork> PreviousAsync(string work) => _launch.PreviousAsync(new ProcessId(_id.Namespace, work), _state.Spec!.PassPrevious);

    private void Keep(ScheduleEvent e)
    {
        _state = _state.With(e);
        if (e is ScheduleEvent.OfAll or ScheduleEvent.Removed)
        {
            _timetable = null;
        }

        switch (e)
        {
            case ScheduleEvent.Kept:
                _keptNr = LastSequenceNr;
                break;
            case ScheduleEvent.Removed when !IsRecovering:
                _alarm?.Dispose();
                Timers.Cancel("again");
                (_launching, _submission) = (null, null);
                // Whoever makes one of this name again must not read the whole life of this one.
                DeleteMessages(LastSequenceNr);
                break;
        }
    }

    private Timetable Timetable() => _timetable ??= ScheduleRules.TimetableOf(_id, _state);

    private ProcessId WorkOf(ScheduledRun run) => new(_id.Namespace, run.Work);

    private ScheduleReply.Done Done(bool existed, string? work = null, bool queued = false) => new() { Schedule = _id, Existed = existed, Work = work, Queued = queued };

    private DateTimeOffset Now() => StoreClock.Whole(_engine.Clock.GetUtcNow());

    private sealed record TriggerSeen(ScheduleCommand.Trigger Command, IActorRef Sender, string Last, bool Free) : INoSerializationVerificationNeeded;

    private sealed record PreviousSeen(string Last, PreviousWork Previous) : INoSerializationVerificationNeeded;

    private sealed class Ring : INoSerializationVerificationNeeded
    {
        public static readonly Ring Instance = new();
    }

    private sealed class Again : INoSerializationVerificationNeeded
    {
        public static readonly Again Instance = new();
    }
}
