using System.Collections.Immutable;
using System.Text.Json;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using Muster.Engine.Clocks;
using Muster.Engine.Generators.Rules;
using Muster.Engine.Processes;
using Muster.Engine.Schedules;
using Muster.Messages;
using Muster.Messages.Generators;
using Muster.Messages.Processes;
using Muster.Persistence;
using Muster.Persistence.Journal;

namespace Muster.Engine.Generators;

/// <summary>One generator in the cluster. A run takes its arguments durably before its work is submitted, and its work has an id of its own: so arguments run once, whatever crashes.</summary>
internal sealed class GeneratorActor : UntypedPersistentActor, IWithTimers
{
    /// <summary>What comes sooner is waited for in memory; the clock of the node knows the rest in time.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    /// <summary>After this many events all is said anew, and the events before are deleted.</summary>
    private const int KeepAfter = 200;

    /// <summary>With more bytes of arguments than this all is not said anew: they stand in the journal once.</summary>
    private const long KeepBytes = 256 << 10;

    private readonly GeneratorId _id;
    private readonly EngineContext _engine;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly GeneratorState _state = new();
    private readonly HashSet<long> _launching = [];
    private string? _damaged;
    private ITimer? _alarm;
    private long _keptNr;

    public GeneratorActor(GeneratorId id, EngineContext engine)
    {
        _id = id;
        _engine = engine;
        PersistenceId = PersistenceIds.Of(id);
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    public static Props Props(string entityId, EngineContext engine)
    {
        var id = ProcessId.Parse(entityId);
        return EntityProps<GeneratorActor>.Of(() => new GeneratorActor(new GeneratorId(id.Namespace, id.Id), engine));
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
            case GeneratorEvent e:
                Keep(e);
                break;
            case DamagedEvent e:
                _damaged ??= $"The event {e.SequenceNr} cannot be read: {e.Why}";
                break;
            case RecoveryCompleted when _damaged is not null:
                _log.Error("Generator {Generator} fires nothing: {Reason}", _id, _damaged);
                break;
            case RecoveryCompleted:
                GoOn();
                break;
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case ReceiveTimeout when _state.Pending.Count == 0 && !(_state.Progress.WakeAt() - Now() < Soon):
                Context.Parent.Tell(new Passivate(StopQuietly.Instance));
                break;
            case StopQuietly:
                Context.Stop(Self);
                break;
            case GeneratorCommand c when _damaged is not null:
                Sender.Tell(new GeneratorReply.Refused { Generator = c.Generator, Problem = Problem.Damaged, Message = _damaged });
                break;
            case var _ when _damaged is not null:
                break;
            case GeneratorCommand c:
                Decide(c);
                break;
            case GeneratorSignal.Wake or Ring:
                GoOn();
                break;
            case Again:
                foreach (var (run, args) in _state.Pending)
                {
                    Submit(run, args);
                }

                break;
            case var _ when WorkLaunch.WorkOf(message) is { } work && _state.Pending.FirstOrDefault(p => p.Run.Work == work).Run is { } run && WorkLaunch.Read(message) is { Again: false } answer:
                Launched(run, answer);
                break;
        }
    }

    private void Decide(GeneratorCommand command)
    {
        var sender = Sender;
        if (command is GeneratorCommand.Pack or GeneratorCommand.Create && _engine.Store.Gauge.Refusal() is { } full)
        {
            sender.Tell(new GeneratorReply.Refused { Generator = _id, Problem = full, Message = "The store is busy or full; send it again in a moment." });
            return;
        }

        var (happens, refusal) = GeneratorRules.Decide(_state, command, Now());
        if (happens is null)
        {
            sender.Tell((GeneratorReply?)refusal ?? Done());
            return;
        }

        Persist(happens, e =>
        {
            Keep(e);
            sender.Tell(Done());
            GoOn();
        });
    }

    // Takes the arguments of a run when there are enough, or when they have waited for long enough; then of the next.
    private void GoOn()
    {
        if (GeneratorRules.Tick(_id, _state, Now()) is { } ran)
        {
            Persist(ran, e =>
            {
                Keep(e);
                GoOn();
            });
            return;
        }

        foreach (var (run, args) in _state.Pending.Where(p => !_launching.Contains(p.Run.Number)))
        {
            Submit(run, args);
        }

        if (_state.Spec is null)
        {
            return;
        }

        KeepWhole();
        if (_state.Progress.NextAt is { } next && next > Now())
        {
            _alarm?.Dispose();
            var self = Self;
            _alarm = _engine.Clock.WakeAt(next, () => self.Tell(Ring.Instance));
        }
    }

    private void Submit(GeneratorRun run, ImmutableArray<JsonElement> args)
    {
        _launching.Add(run.Number);
        var command = WorkLaunch.Command(
            _state.Spec!.Work, WorkOf(run), (GeneratorSpec.Label, _id.Id), _state.CreatedBy,
            process => process with { Args = args, Kwargs = ImmutableSortedDictionary<string, JsonElement>.Empty });
        WorkLaunch.Region(Context.System, command).Tell(command);
        if (!Timers.IsTimerActive("again"))
        {
            Timers.StartPeriodicTimer("again", Again.Instance, _engine.Options.Repeat);
        }
    }

    private void Launched(GeneratorRun run, LaunchAnswer answer)
    {
        GeneratorEvent outcome = answer.Refusal is { } reason ? GeneratorRules.Rejected(_state, run, reason, Now()) : GeneratorRules.Fired(_state, run, Now());
        Persist(outcome, e =>
        {
            Keep(e);
            if (answer.Refusal is not null)
            {
                _log.Warning("Generator {Generator} could not submit {Work}; its {Count} arguments are gone: {Reason}", _id, run.Work, run.Take, answer.Refusal);
            }

            if (_state.Pending.Count == 0)
            {
                Timers.Cancel("again");
            }

            GoOn();
        });
    }

    private void KeepWhole()
    {
        if (LastSequenceNr - _keptNr < KeepAfter || _state.Pending.Count > 0 || _state.WaitingBytes > KeepBytes)
        {
            return;
        }

        _keptNr = LastSequenceNr;
        Persist(
            new GeneratorEvent.Kept
            {
                At = Now(),
                CommandId = GeneratorRules.Clock,
                Progress = _state.Progress,
                Spec = _state.Spec!,
                CreatedAt = _state.CreatedAt,
                CreatedBy = _state.CreatedBy,
                Args = [.. _state.Waiting],
                Commands = [.. _state.Commands],
            },
            e =>
            {
                Keep(e);
                DeleteMessages(LastSequenceNr - 1);
            });
    }

    private void Keep(GeneratorEvent e)
    {
        _state.Apply(e);
        switch (e)
        {
            case GeneratorEvent.Kept:
                _keptNr = LastSequenceNr;
                break;
            case GeneratorEvent.Fired x:
                _launching.Remove(x.Run.Number);
                break;
            case GeneratorEvent.Rejected x:
                _launching.Remove(x.Run.Number);
                break;
            case GeneratorEvent.Removed when !IsRecovering:
                _alarm?.Dispose();
                _launching.Clear();
                Timers.Cancel("again");
                // Whoever makes one of this name again must not read the whole life of this one.
                DeleteMessages(LastSequenceNr);
                break;
        }
    }

    private ProcessId WorkOf(GeneratorRun run) => new(_id.Namespace, run.Work);

    private GeneratorReply.Done Done() => new() { Generator = _id, Waiting = _state.Progress.Waiting };

    private DateTimeOffset Now() => StoreClock.Whole(_engine.Clock.GetUtcNow());

    private sealed class Ring : INoSerializationVerificationNeeded
    {
        public static readonly Ring Instance = new();
    }

    private sealed class Again : INoSerializationVerificationNeeded
    {
        public static readonly Again Instance = new();
    }
}
