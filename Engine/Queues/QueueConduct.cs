using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using static Muster.Engine.Queues.QueueSelfMessages;

namespace Muster.Engine.Queues;

/// <summary>What a queue does with each message: a cache over the read model that brings waiting processes and demand together. If it dies it is rebuilt.</summary>
/// <remarks>Single-threaded, for one actor or one simulation. Knows no actor system, no store and no clock but its surroundings.</remarks>
internal sealed class QueueConduct
{
    /// <summary>With more than this before it, and more than start while it would stay, a process need not stay in memory: what leaves has to be read again.</summary>
    private const int LongBacklog = 1_000;

    private static readonly TimeSpan OfferLook = TimeSpan.FromMilliseconds(100);

    /// <summary>An offer that was never answered is made again after this.</summary>
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(5);

    /// <summary>When nothing was answered for this long, what was offered before it is late.</summary>
    private static readonly TimeSpan OfferSilence = TimeSpan.FromSeconds(2);

    /// <summary>How long a new demand waits for the heads of lanes that have not been read yet; at most a tenth of the time in all.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(100);

    /// <summary>A demand that was not said again for this long is over. Its dispatcher says it every 2 s, and forgets it itself after 5 s.</summary>
    private static readonly TimeSpan DemandSilence = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan IdleStop = TimeSpan.FromMinutes(2);

    private readonly IQueueSurroundings _around;
    private readonly QueueBook _book;
    private readonly QueueVoice _voice;
    private readonly string _incarnation;
    private readonly List<QueueOffer> _matched = [];
    private readonly Pace _pace = new();
    private long _offers;
    private bool _loading;

    // Whether settings and places have been read. Before, nothing starts: the queue may be paused or full.
    private bool _known;

    // Reads are numbered: an older one that is answered late says what is no longer true. Until the news have been read, nothing starts: it may be that the queue is paused.
    private long _reads;
    private long _read;
    private long _news;
    private long? _idleSince;
    private long _holdUntil = long.MinValue / 2;

    /// <param name="id">The queue.</param>
    /// <param name="incarnation">Tells its offers from those of an earlier life.</param>
    /// <param name="book">What it knows; nothing at first.</param>
    /// <param name="around">What is around it.</param>
    public QueueConduct(QueueId id, string incarnation, QueueBook book, IQueueSurroundings around)
    {
        _incarnation = incarnation;
        _around = around;
        _book = book;
        _voice = new QueueVoice(id, _book, around);
    }

    /// <summary>Begins.</summary>
    public void Start()
    {
        _around.Timers.StartPeriodicTimer("look", LookAround.Instance, _around.Options.QueueSweep);
        Load();
    }

    /// <summary>Hears a message.</summary>
    public void Receive(object message, IActorRef sender)
    {
        switch (message)
        {
            case QueueMessage.Enqueue m:
                Enqueue(m, sender);
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
                sender.Tell(new ProcessSignal.EndNoted { Process = m.Process, Attempt = m.Attempt });
                Pump();
                break;
            case QueueMessage.Interest m:
                Interest(m);
                break;
            case QueueMessage.Pick m:
                Pick(m);
                break;
            case QueueMessage.Reconfigure:
                ReadSettings();
                _news = _reads;
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
            case Unread:
                // It may have been the news that the queue is paused.
                _loading = false;
                _known = false;
                _around.Timers.StartSingleTimer("reload", LookAround.Instance, _around.Options.Repeat);
                break;
        }
    }

    private void Enqueue(QueueMessage.Enqueue m, IActorRef sender)
    {
        if (m.OnConflict != ConflictPolicy.Queue)
        {
            // Under a reject or replace rule the tables say who holds or wants the key before it, whatever its lane.
            _around.ReadOlder(m, sender);
            return;
        }

        Keep(m, sender);
    }

    private void Keep(QueueMessage.Enqueue m, IActorRef sender)
    {
        var now = _around.Milliseconds;
        var longWait = _book.Waiting > Math.Max(LongBacklog, _pace.In(_around.Options.WaitingIdle, now));
        _book.Enqueue(new QueueItem(m.Process, m.Lane, m.Priority, m.Since) { Home = longWait || sender.IsNobody() ? null : sender, SaidAt = now }, m.Requirements);
        sender.Tell(new ProcessSignal.Enqueued { Process = m.Process, LongWait = longWait });
        Pump();
    }

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
        var demand = _book.Want(m, _around.Milliseconds);
        if (demand is null)
        {
            Settle();
            return;
        }

        if (isNew)
        {
            Hold();
        }

        _around.Watch(demand.Dispatcher);
        Pump();
        // What the dispatcher has not heard of is said again; an answer may have been lost.
        if (demand.Used != m.Acked)
        {
            _voice.Report(demand);
        }
    }

    // What is wanted cannot be kept for later: by then another process may be the one.
    private void Pick(QueueMessage.Pick m)
    {
        if (!_known || _read < _news || _book.Limits.UntilRateAllows(_around.Now) > TimeSpan.Zero)
        {
            return;
        }

        var demand = new QueueDemand(new QueueMessage.Interest
        {
            Queue = m.Queue,
            Demand = m.Demand,
            Version = 0,
            Capability = m.Capability,
            Requester = m.Requester,
            // No dispatcher knows of it.
            Dispatcher = m.Requester,
            Slots = 1,
            Acked = 0,
        });
        if (_book.Pick(new QueueItem(m.Process, m.Lane, m.Priority, m.Since), m.Requirements, demand, NextOffer, _around.Milliseconds) is { } offer)
        {
            _voice.Offer([offer]);
            Settle();
        }
    }

    private string NextOffer() => $"{_incarnation}-{++_offers}";

    // A lane whose head has never been read may have the best, or the most. Now and then a new demand waits a moment for it.
    private void Hold()
    {
        var now = _around.Milliseconds;
        if (now > _holdUntil + (10 * (long)LongestHold.TotalMilliseconds))
        {
            _holdUntil = now + (long)LongestHold.TotalMilliseconds;
            _around.Timers.StartSingleTimer("hold", PumpAgain.Instance, LongestHold);
        }
    }

    private void Answered(QueueMessage.OfferAnswered m)
    {
        var offer = _book.Answered(m.Offer, m.Attempt > 0, _around.Milliseconds);
        if (offer is null)
        {
            return;
        }

        if (m.Attempt > 0)
        {
            _pace.Started(_around.Milliseconds);
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
                ReadSettings();
            }
        }

        Pump();
    }

    private void Pump()
    {
        if (!_known || _read < _news)
        {
            return;
        }

        var now = _around.Milliseconds;
        if (now < _holdUntil && _book.HeadsUnknown)
        {
            Refill();
            return;
        }

        while (true)
        {
            if (_book.Limits.Settings.RatePerSecond is not null && _book.Waiting > 0)
            {
                var wait = _book.Limits.UntilRateAllows(_around.Now);
                if (wait > TimeSpan.Zero)
                {
                    _around.Timers.StartSingleTimer("rate", PumpAgain.Instance, wait);
                    break;
                }
            }

            if (_book.Match(NextOffer, now) is not { } offer)
            {
                break;
            }

            _matched.Add(offer);
        }

        _voice.Offer(_matched);
        foreach (var offer in _matched)
        {
            _book.WentRound(offer.Demand);
        }

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
        if (_book.HasOffers && !_around.Timers.IsTimerActive("offers"))
        {
            _around.Timers.StartPeriodicTimer("offers", LookAtOffers.Instance, OfferLook);
        }
    }

    private void LookAtUnanswered()
    {
        if (!_book.HasOffers)
        {
            _around.Timers.Cancel("offers");
            return;
        }

        var now = _around.Milliseconds;
        foreach (var offer in _book.Expire(now, (long)_around.Options.OfferTimeout.TotalMilliseconds, (long)OfferSilence.TotalMilliseconds))
        {
            _voice.Offering(offer.Demand, -1);
        }

        _book.GiveUp(now - (long)GiveUpAfter.TotalMilliseconds);
        Pump();
    }

    private void Refill(QueueLane lane)
    {
        _book.BeginRefill(lane);
        _around.ReadHead(lane, _book.LaneCapacity());
    }

    private void Load()
    {
        if (!_loading)
        {
            _loading = true;
            _around.ReadAll(++_reads);
        }
    }

    private void ReadSettings() => _around.ReadSettings(++_reads);

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

    private void Configure(QueueTables.Settings m)
    {
        if (m.Number < _read)
        {
            return;
        }

        _read = m.Number;
        _known = true;
        _book.Limits.Configure(m.Values, _around.Now);
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
        if (!_known || _read < _news)
        {
            Load();
            return;
        }

        _book.ForgetSilent(_around.Milliseconds - (long)DemandSilence.TotalMilliseconds);
        _book.CloseEmptied();
        if (_book.HasDemand && _book.Waiting == 0 && !_book.HasOffers)
        {
            _around.Sweep();
        }
        else if (_book.HasDemand && _book.Waiting > 0 && _book.Limits.AnyTaken && (!_book.HasOffers || _book.Limits.Others > 0))
        {
            ReadSettings();
        }

        if (_book.IsIdle && !_loading)
        {
            if (_idleSince is { } since && _around.Milliseconds - since > IdleStop.TotalMilliseconds)
            {
                _around.AskToLeave();
            }

            _idleSince ??= _around.Milliseconds;
        }
        else
        {
            _idleSince = null;
        }
    }
}
