using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using static Muster.Engine.Queues.QueueSelfMessages;

namespace Muster.Engine.Queues;

/// <summary>One queue: a cache over the read model that brings waiting processes and demand together. If it dies it is rebuilt.</summary>
internal sealed class QueueActor : UntypedActor, IWithTimers
{
    /// <summary>With more than this before it a process need not stay in memory.</summary>
    private const int LongBacklog = 1_000;

    private static readonly TimeSpan OfferLook = TimeSpan.FromMilliseconds(100);

    /// <summary>An offer that was never answered is made again after this.</summary>
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(5);

    /// <summary>When nothing was answered for this long, what was offered before it is late.</summary>
    private static readonly TimeSpan OfferSilence = TimeSpan.FromSeconds(2);

    /// <summary>How long a new demand waits for the heads of lanes that have not been read yet; at most a tenth of the time in all.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan IdleStop = TimeSpan.FromMinutes(2);

    private readonly QueueId _id;
    private readonly EngineContext _engine;
    private readonly QueueBook _book;
    private readonly QueueTables _tables;
    private readonly QueueVoice _voice;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<QueueOffer> _matched = [];
    private readonly string _incarnation = Guid.NewGuid().ToString("N")[..12];
    private long _offers;
    private bool _loading;

    // Whether settings and places have been read. Before, nothing starts: the queue may be paused or full.
    private bool _known;
    private long? _idleSince;
    private long _holdUntil = long.MinValue / 2;

    public QueueActor(QueueId id, EngineContext engine)
    {
        _id = id;
        _engine = engine;
        _book = new QueueBook(engine.Options.QueueWindow);
        _tables = new QueueTables(id, engine.Store.Read);
        _voice = new QueueVoice(id, _book, Context.System);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string entityId, EngineContext engine) => Akka.Actor.Props.Create<QueueActor>(QueueId.Parse(entityId), engine);

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("look", LookAround.Instance, _engine.Options.QueueSweep);
        Load();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case QueueMessage.Enqueue m:
                Enqueue(m);
                break;
            case QueueMessage.Dequeue m:
                _book.Dequeue(m.Process);
                Pump();
                break;
            case QueueMessage.OfferAnswered m:
                Answered(m);
                break;
            case QueueMessage.AttemptOver m:
                _book.Limits.Free(m.Process, m.Slots);
                Sender.Tell(new ProcessSignal.EndNoted { Process = m.Process, Attempt = m.Attempt });
                Pump();
                break;
            case QueueMessage.Interest m:
                Interest(m);
                break;
            case QueueMessage.Reconfigure:
                LoadSettings();
                break;
            case Conflicts m:
                Resolve(m);
                break;
            case QueueTables.Whole m:
                Took(m);
                break;
            case QueueTables.Settings m:
                Configure(m);
                Pump();
                break;
            case QueueTables.LaneHead m:
                _book.EndRefill(m.Lane, m.Items, m.Complete);
                Pump();
                break;
            case RefillFailed m:
                _log.Warning(m.Why, "Queue {Queue} could not read its lane", _id);
                _book.AbortRefill(m.Lane);
                break;
            case LookAtOffers:
                LookAtUnanswered();
                break;
            case PumpAgain:
                Pump();
                break;
            case LookAround:
                Look();
                break;
            case QueueSweep.Found:
                Load();
                break;
            case Terminated t:
                _book.Forget(t.ActorRef);
                break;
            case Status.Failure failure:
                // It may have been the news that the queue is paused.
                _loading = false;
                _known = false;
                _log.Warning(failure.Cause, "Queue {Queue} could not read from the store; tried again", _id);
                Timers.StartSingleTimer("reload", LookAround.Instance, _engine.Options.Repeat);
                break;
            case Stop:
                Context.Stop(Self);
                break;
        }
    }

    private void Enqueue(QueueMessage.Enqueue m)
    {
        if (m.OnConflict != ConflictPolicy.Queue)
        {
            CheckConflict(m, Sender);
            return;
        }

        Keep(m, Sender);
    }

    private void Keep(QueueMessage.Enqueue m, IActorRef sender)
    {
        _book.Enqueue(new QueueItem(m.Process, m.Lane, m.Priority, m.Since), m.Requirements);
        sender.Tell(new ProcessSignal.Enqueued { Process = m.Process, LongWait = _book.Waiting > LongBacklog });
        Pump();
    }

    // Under a reject or replace rule the tables say who holds or wants the key before it, whatever its lane.
    private void CheckConflict(QueueMessage.Enqueue m, IActorRef sender) =>
        _tables.OlderAsync(m).PipeTo(Self, success: rows => new Conflicts(m, sender, rows));

    private void Resolve(Conflicts m)
    {
        var (commands, keep) = QueueConflict.Resolve(m.Enqueue, m.Older);
        _voice.Tell(commands);

        if (keep)
        {
            Keep(m.Enqueue, m.Sender);
        }
    }

    private void Interest(QueueMessage.Interest m)
    {
        var isNew = _book.Demand(m.Demand) is null;
        var demand = _book.Want(m);
        if (demand is null)
        {
            Settle();
            return;
        }

        if (isNew)
        {
            Hold();
        }

        Context.Watch(demand.Dispatcher);
        Pump();
        // What the dispatcher has not heard of is said again; an answer may have been lost.
        if (demand.Used != m.Acked)
        {
            _voice.Report(demand);
        }
    }

    // A lane whose head has never been read may have the best, or the most. Now and then a new demand waits a moment for it.
    private void Hold()
    {
        var now = Environment.TickCount64;
        if (now > _holdUntil + (10 * (long)LongestHold.TotalMilliseconds))
        {
            _holdUntil = now + (long)LongestHold.TotalMilliseconds;
            Timers.StartSingleTimer("hold", PumpAgain.Instance, LongestHold);
        }
    }

    private void Answered(QueueMessage.OfferAnswered m)
    {
        var offer = _book.Answered(m.Offer, m.Attempt > 0, Environment.TickCount64);
        if (offer is null)
        {
            return;
        }

        if (m.Attempt > 0)
        {
            var attempt = new AttemptRef(m.Process, m.Attempt);
            _voice.Report(offer.Demand, attempt, offer.Requester);
            if (offer.Late)
            {
                // It was not counted any more, and has come after all.
                _voice.Offering(offer.Demand, 1);
            }

            if (offer.Demand.HasLeft(attempt, offer.Requester))
            {
                _voice.GiveBack(attempt);
            }
        }
        else
        {
            if (!offer.Late)
            {
                _voice.Offering(offer.Demand, -1);
            }

            if (m.NoSlot)
            {
                // The store knows more than this queue; the process waits on, and the place is not tried again before it is read.
                _book.Limits.Refused(offer.Item.Id, offer.Slots);
                _book.Enqueue(offer.Item, offer.Lane.Requirements);
                LoadSettings();
            }
        }

        Pump();
    }

    private void Pump()
    {
        if (!_known)
        {
            return;
        }

        var now = Environment.TickCount64;
        if (now < _holdUntil && _book.HeadsUnknown)
        {
            Refill();
            return;
        }

        while (true)
        {
            if (_book.Limits.Settings.RatePerSecond is not null && _book.Waiting > 0)
            {
                var wait = _book.Limits.UntilRateAllows(_engine.Clock.GetUtcNow());
                if (wait > TimeSpan.Zero)
                {
                    Timers.StartSingleTimer("rate", PumpAgain.Instance, wait);
                    break;
                }
            }

            if (_book.Match(() => $"{_incarnation}-{++_offers}", now) is not { } offer)
            {
                break;
            }

            _matched.Add(offer);
        }

        _voice.Offer(_matched);
        _matched.Clear();
        Refill();
        foreach (var demand in _book.ToAnnounce())
        {
            _voice.Report(demand);
        }

        Settle();
    }

    private void Refill()
    {
        foreach (var lane in _book.ToRefill())
        {
            Refill(lane);
        }
    }

    private void Settle()
    {
        if (_book.HasOffers && !Timers.IsTimerActive("offers"))
        {
            Timers.StartPeriodicTimer("offers", LookAtOffers.Instance, OfferLook);
        }
    }

    private void LookAtUnanswered()
    {
        if (!_book.HasOffers)
        {
            Timers.Cancel("offers");
            return;
        }

        var now = Environment.TickCount64;
        foreach (var offer in _book.Expire(now, (long)_engine.Options.OfferTimeout.TotalMilliseconds, (long)OfferSilence.TotalMilliseconds))
        {
            _voice.Offering(offer.Demand, -1);
        }

        _book.GiveUp(now - (long)GiveUpAfter.TotalMilliseconds);
        Pump();
    }

    private void Refill(QueueLane lane)
    {
        _book.BeginRefill(lane);
        _tables.HeadAsync(lane, _book.LaneCapacity()).PipeTo(Self, failure: e => new RefillFailed(lane, e));
    }

    private void Load()
    {
        if (!_loading)
        {
            _loading = true;
            _tables.LoadAsync().PipeTo(Self);
        }
    }

    private void Took(QueueTables.Whole m)
    {
        _loading = false;
        Configure(m.Settings);
        foreach (var (name, requirements) in m.Lanes)
        {
            _book.HasMore(_book.Open(name, requirements));
        }

        Pump();
    }

    private void LoadSettings() => _tables.SettingsAsync().PipeTo(Self);

    private void Configure(QueueTables.Settings m)
    {
        _known = true;
        _book.Limits.Configure(m.Values, _engine.Clock.GetUtcNow());
        _book.Limits.Others = m.Others;
        // Places of offers under way are not in the store yet; they come back by the answer.
        if (!_book.HasOffers)
        {
            _book.Limits.Load(m.Slots);
        }
    }

    // Every few seconds: with demand and nothing to offer, compare with the tables; a lost message must not leave work lying.
    private void Look()
    {
        if (!_known)
        {
            Load();
            return;
        }

        _book.CloseEmptied();
        if (_book.HasDemand && _book.Waiting == 0 && !_book.HasOffers)
        {
            Context.System.ActorSelection(QueueSweep.Path).Tell(new QueueSweep.Check(_id));
        }
        else if (_book.HasDemand && _book.Waiting > 0 && _book.Limits.AnyTaken && (!_book.HasOffers || _book.Limits.Others > 0))
        {
            LoadSettings();
        }

        if (_book.IsIdle && !_loading)
        {
            if (_idleSince is { } since && Environment.TickCount64 - since > IdleStop.TotalMilliseconds)
            {
                Context.Parent.Tell(new Passivate(Stop.Instance));
            }

            _idleSince ??= Environment.TickCount64;
        }
        else
        {
            _idleSince = null;
        }
    }
}
