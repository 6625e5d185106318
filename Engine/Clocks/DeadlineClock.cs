using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Muster.Engine.Hosting;
using Muster.Engine.Membership;
using Muster.Engine.Processes;
using Muster.Messages;
using Muster.Messages.Generators;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Clocks;

/// <summary>Wakes processes, schedules and generators whose time comes while they are not in memory.</summary>
/// <remarks>
/// The deadlines of the next minute stand in memory; farther ones are read from the tables every 30 s by the oldest core node, and a
/// process that leaves memory says its own. When a node is removed, what it knew is read by all. What is overdue is taken again until
/// its row says otherwise; a wake-up may come twice.
/// </remarks>
internal sealed class DeadlineClock : UntypedActor
{
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(30);

    /// <summary>Woken and still due after this: the wake-up was lost.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    /// <summary>How many deadlines one query reads; more are read at once after it.</summary>
    private const int Page = 20_000;

    private readonly EngineContext _engine;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly DueTimes<(DueKind Kind, ProcessId Id)> _due = new();
    private ITimer? _next;
    private DateTimeOffset? _nextAt;
    private ITimer? _read;

    public DeadlineClock(EngineContext engine) => _engine = engine;

    public static Props Props(EngineContext engine) => Akka.Actor.Props.Create(() => new DeadlineClock(engine));

    protected override void PreStart()
    {
        Cluster.Get(Context.System).Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberRemoved));
        Read();
    }

    protected override void PostStop()
    {
        Cluster.Get(Context.System).Unsubscribe(Self);
        _next?.Dispose();
        _read?.Dispose();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Due m when m.At < _engine.Clock.GetUtcNow() + Ahead:
                _due.Add((DueKind.Process, m.Process), m.At);
                Arm();
                break;
            case ReadNow { Overdue: false } when !Oldest.IsSelf(Cluster.Get(Context.System), EngineHosting.CoreRole):
                ReadAfter(ReadEvery);
                break;
            case ReadNow:
            case ClusterEvent.MemberRemoved m when m.Member.HasRole(EngineHosting.CoreRole):
                Read();
                break;
            case Rows m:
                Took(m.Due);
                break;
            case Ring:
                _nextAt = null;
                Wake();
                Arm();
                break;
            case Status.Failure failure:
                _log.Warning(failure.Cause, "Deadlines could not be read; tried again");
                ReadAfter(Again);
                break;
        }
    }

    private void Read() => _engine.Store.Read.DueAsync(_engine.Clock.GetUtcNow() + Ahead, Page).PipeTo(Self, success: rows => new Rows(rows));

    private void ReadAfter(TimeSpan wait)
    {
        var self = Self;
        var now = new ReadNow(Overdue: wait == Again);
        _read?.Dispose();
        _read = _engine.Clock.CreateTimer(_ => self.Tell(now), null, wait, Timeout.InfiniteTimeSpan);
    }

    private void Took(IReadOnlyList<DueRow> rows)
    {
        foreach (var row in rows)
        {
            _due.Add((row.Kind, row.Id), row.Due);
        }

        var now = _engine.Clock.GetUtcNow();
        // Overdue rows are asked for again soon: a woken process either moves its deadline or was not reached.
        var overdue = rows.Any(row => row.Due <= now);
        ReadAfter(overdue || rows.Count >= Page ? Again : ReadEvery);
        Arm();
    }

    private void Wake()
    {
        var due = _due.Take(_engine.Clock.GetUtcNow());
        foreach (var (kind, id) in due)
        {
            var (region, wake) = WakeUp(kind, id);
            region.Tell(wake);
        }

        if (due.Count > 0)
        {
            ReadAfter(Again);
        }
    }

    private static (IActorRef Region, object Wake) WakeUp(DueKind kind, ProcessId id) => kind switch
    {
        DueKind.Schedule => (EngineContext.ScheduleRegion(Context.System), new ScheduleSignal.Wake { Schedule = new ScheduleId(id.Namespace, id.Id) }),
        DueKind.Generator => (EngineContext.GeneratorRegion(Context.System), new GeneratorSignal.Wake { Generator = new GeneratorId(id.Namespace, id.Id) }),
        _ => (EngineContext.ProcessRegion(Context.System), new ProcessSignal.Wake { Process = id }),
    };

    private void Arm()
    {
        if (_due.Next is not { } at || at == _nextAt)
        {
            return;
        }

        _next?.Dispose();
        _nextAt = at;
        var self = Self;
        _next = _engine.Clock.WakeAt(at, () => self.Tell(Ring.Instance));
    }

    /// <summary>A process leaves memory and has to be woken at this time.</summary>
    internal sealed record Due(ProcessId Process, DateTimeOffset At) : INoSerializationVerificationNeeded;

    private sealed record Rows(IReadOnlyList<DueRow> Due) : INoSerializationVerificationNeeded;

    private sealed record ReadNow(bool Overdue) : INoSerializationVerificationNeeded;

    private sealed class Ring : INoSerializationVerificationNeeded
    {
        public static readonly Ring Instance = new();
    }
}
