using Muster.Engine.Queues;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;
using Shouldly;

namespace Muster.Tests.Unit.Queues;

/// <summary>
/// A queue with all that is around it: the table, the processes and their messages, which may come late, the places in the store,
/// and dispatchers. Checks at every match what must hold.
/// </summary>
internal sealed class QueueWorld
{
    private static readonly Requirements[] Kinds =
    [
        Some.Function("f"), Some.Function("g"), Some.Keyed("a", 1, "f"), Some.Keyed("a", 2, "g"), Some.Keyed("b", 2, "f"),
        new() { Conditions = new Conditions { Executors = ["x2"] } },
    ];

    private static readonly string[][] Functions = [["f"], ["g"], []];

    private readonly Dictionary<ProcessId, Process> _processes = [];
    private readonly Dictionary<(string Key, int Slot), ProcessId> _slots = [];
    private readonly Dictionary<string, Wanted> _wanted = [];
    private readonly List<Refill> _refills = [];
    private int _ids;
    private long _now;
    private long _offers;

    public QueueWorld(int capacity, int? maxRunning)
    {
        Book = new QueueBook(capacity, leastPerLane: 1);
        Book.Limits.Configure(new QueueSettings { MaxRunning = maxRunning }, Some.Start);
    }

    public QueueBook Book { get; }

    /// <summary>Whether messages between queue and processes can be lost.</summary>
    public bool Lossy { get; init; }

    public void Step(int kind, int a, int b)
    {
        _now++;
        switch (kind)
        {
            case 0 or 1 or 2:
                Submit(Kinds[a % Kinds.Length], b % 3);
                break;
            case 3 or 4 or 5 or 6:
                Deliver(a);
                break;
            case 7 or 8:
                Want($"d{a % 3}", b % 6);
                break;
            case 9 or 10:
                Pump();
                break;
            case 11 or 12:
                Answer(a, lose: Lossy && b % 5 == 0);
                break;
            case 13:
                End(a, b);
                break;
            case 14:
                StartRefills();
                break;
            case 15 when _refills.Count > 0:
                Read(_refills[a % _refills.Count]);
                break;
            case 16 when _refills.Count > 0:
                EndRefill(_refills[a % _refills.Count], fails: b % 7 == 0);
                break;
            case 17:
                Cancel(a);
                break;
            case 18:
                Prioritize(a, b);
                break;
            case 19 when Lossy:
                _now += 1_000;
                Expire();
                break;
            case 20:
                Book.CloseEmptied();
                break;
        }

        foreach (var demand in Book.Demands)
        {
            demand.InFlight.ShouldBeGreaterThanOrEqualTo(0);
        }

        Book.Waiting.ShouldBe(Book.Lanes.Sum(l => l.Count));
    }

    /// <summary>With demand for all and every message delivered, each process must get its turn.</summary>
    public void Settle()
    {
        for (var round = 0; _processes.Values.Any(p => !p.Status.IsFinal()); round++)
        {
            if (round == 300)
            {
                _processes.Values.Where(p => !p.Status.IsFinal()).ShouldBeEmpty("they are stuck");
            }

            _now += 10_000;
            while (_processes.Values.Any(p => p.Mail.Count > 0))
            {
                Deliver(0);
            }

            if (Lossy)
            {
                Expire();
                if (Book is { HasDemand: true, Waiting: 0, HasOffers: false })
                {
                    Sweep();
                }

                if (!Book.HasOffers)
                {
                    LoadPlaces();
                }
            }

            for (var d = 0; d < 3; d++)
            {
                Want($"d{d}", 5);
            }

            Pump();
            while (_processes.Values.Any(p => p.Offer is not null))
            {
                Answer(0, lose: false);
            }

            foreach (var process in _processes.Values.Where(p => p.Status == ProcessStatus.Running))
            {
                Ended(process, ProcessStatus.Succeeded);
            }

            StartRefills();
            foreach (var refill in _refills.ToList())
            {
                Read(refill);
                EndRefill(refill, fails: false);
            }
        }
    }

    private void Submit(Requirements requirements, int priority)
    {
        var process = new Process(Some.Id($"p{_ids++:000}"), requirements) { Priority = priority, Since = Some.Start.AddMilliseconds(_now) };
        _processes[process.Id] = process;
        SayWaiting(process);
    }

    // A message says what was so when it was sent.
    private void SayWaiting(Process process)
    {
        var item = process.Item;
        process.Mail.Enqueue(() => Book.Enqueue(item, process.Requirements));
    }

    private void Deliver(int n)
    {
        var with = _processes.Values.Where(p => p.Mail.Count > 0).ToList();
        if (with.Count > 0)
        {
            with[n % with.Count].Mail.Dequeue()();
        }
    }

    private void Want(string demand, int slots)
    {
        var wanted = _wanted.TryGetValue(demand, out var known) ? known : _wanted[demand] = new Wanted();
        var number = demand[1] - '0';
        wanted.Slots = slots;
        wanted.SinceAcked = 0;
        Book.Want(Some.Interest(demand, slots, ++wanted.Version, Book.Demand(demand)?.Used ?? 0, Functions[number], executor: $"x{number}"));
    }

    private void Pump()
    {
        while (true)
        {
            var best = Lossy || Book.Lanes.Any(l => l.More) ? null : BestByHand();
            if (Book.Match(() => $"o{++_offers}", _now) is not { } offer)
            {
                best.ShouldBeNull();
                return;
            }

            if (best is not null)
            {
                offer.Item.ShouldBe(best, "the best that somebody with a free slot can take goes first");
            }

            Check(offer);
            _processes[offer.Item.Id].Offer = offer;
        }
    }

    private void Check(QueueOffer offer)
    {
        offer.Lane.Requirements.CanBeTakenBy(offer.Demand.Capability).ShouldBeTrue();
        var wanted = _wanted[offer.Demand.Id];
        if (!Lossy)
        {
            var offered = 1 + _processes.Values.Count(p => p.Offer?.Demand.Id == offer.Demand.Id);
            (wanted.SinceAcked + wanted.Unheard + offered).ShouldBeLessThanOrEqualTo(wanted.Slots, "more is assigned and offered than there are slots");
            foreach (var claim in offer.Slots)
            {
                _slots.ContainsKey((claim.Key, claim.Slot)).ShouldBeFalse($"{claim} is held by another");
            }
        }

        var key = offer.Slots.SingleOrDefault(s => s.Key.StartsWith("k:", StringComparison.Ordinal));
        (key is null).ShouldBe(offer.Lane.Key is null);
        key?.Slot.ShouldBeInRange(1, offer.Lane.Requirements.ConcurrencyMax);
        if (Book.Limits.Settings.MaxRunning is { } max)
        {
            offer.Slots.Single(s => s.Key.Length == 0).Slot.ShouldBeInRange(1, max);
        }
    }

    // The process answers an offer that has reached it.
    private void Answer(int n, bool lose)
    {
        var offered = _processes.Values.Where(p => p.Offer is not null).ToList();
        if (offered.Count == 0)
        {
            return;
        }

        var process = offered[n % offered.Count];
        var offer = process.Offer!;
        process.Offer = null;
        if (lose)
        {
            return;
        }

        var free = offer.Slots.All(s => !_slots.ContainsKey((s.Key, s.Slot)));
        var taken = process.Status == ProcessStatus.Waiting && free;
        if (taken)
        {
            process.Status = ProcessStatus.Running;
            process.Slots = offer.Slots;
            _wanted[offer.Demand.Id].Unheard++;
            foreach (var slot in offer.Slots)
            {
                _slots.Add((slot.Key, slot.Slot), process.Id);
            }
        }
        else if (!Lossy)
        {
            free.ShouldBeTrue("without a lost message the queue knows its places");
        }

        process.Mail.Enqueue(() => Answered(process, offer, taken, noSlot: !free));
    }

    private void Answered(Process process, QueueOffer offer, bool taken, bool noSlot)
    {
        if (taken)
        {
            _wanted[offer.Demand.Id].Unheard--;
        }

        if (Book.Answered(offer.Id, taken, _now) is null)
        {
            return;
        }

        if (taken)
        {
            _wanted[offer.Demand.Id].SinceAcked++;
        }
        else if (noSlot && process.Status == ProcessStatus.Waiting)
        {
            Book.Enqueue(offer.Item, process.Requirements);
            if (!Book.HasOffers)
            {
                LoadPlaces();
            }
        }
    }

    private void End(int n, int b)
    {
        var running = _processes.Values.Where(p => p.Status == ProcessStatus.Running).ToList();
        if (running.Count > 0)
        {
            Ended(running[n % running.Count], b % 3 == 0 ? ProcessStatus.Waiting : ProcessStatus.Succeeded);
        }
    }

    private void Ended(Process process, ProcessStatus to)
    {
        var slots = process.Slots;
        foreach (var slot in slots)
        {
            _slots.Remove((slot.Key, slot.Slot));
        }

        process.Slots = [];
        process.Status = to;
        process.Since = Some.Start.AddMilliseconds(_now);
        process.Mail.Enqueue(() => Book.Limits.Free(process.Id, slots));
        if (to == ProcessStatus.Waiting)
        {
            SayWaiting(process);
        }
    }

    private void Cancel(int n)
    {
        var waiting = _processes.Values.Where(p => p.Status == ProcessStatus.Waiting).ToList();
        if (waiting.Count > 0)
        {
            var process = waiting[n % waiting.Count];
            process.Status = ProcessStatus.Cancelled;
            process.Mail.Enqueue(() => Book.Dequeue(process.Id));
        }
    }

    private void Prioritize(int n, int priority)
    {
        var waiting = _processes.Values.Where(p => p.Status == ProcessStatus.Waiting).ToList();
        if (waiting.Count > 0)
        {
            var process = waiting[n % waiting.Count];
            process.Priority = priority;
            SayWaiting(process);
        }
    }

    private void StartRefills()
    {
        foreach (var lane in Book.ToRefill())
        {
            Book.BeginRefill(lane);
            _refills.Add(new Refill(lane, Book.LaneCapacity()));
        }
    }

    private void Read(Refill refill) => refill.Rows ??= [.. Table(refill.Lane.Name).Take(refill.Limit)];

    private void EndRefill(Refill refill, bool fails)
    {
        if (refill.Rows is null)
        {
            return;
        }

        _refills.Remove(refill);
        if (fails)
        {
            Book.AbortRefill(refill.Lane);
            return;
        }

        Book.EndRefill(refill.Lane, refill.Rows, refill.Rows.Count < refill.Limit);
    }

    private IEnumerable<QueueItem> Table(string lane) => _processes.Values.Where(p => p.Status == ProcessStatus.Waiting && p.Lane == lane).Select(p => p.Item).Order();

    private void Expire()
    {
        Book.Expire(_now, overtaken: 1, silence: 1);
        Book.GiveUp(_now - 500);
    }

    // What a queue does that has demand and nothing to offer.
    private void Sweep()
    {
        foreach (var process in _processes.Values.Where(p => p.Status == ProcessStatus.Waiting))
        {
            Book.HasMore(Book.Open(process.Lane, process.Requirements));
        }
    }

    private void LoadPlaces() => Book.Limits.Load(_slots.Select(s => new SlotRow(s.Key.Key, s.Key.Slot, s.Value, 1)));

    // Only while every message has been heard and every item is in a window; otherwise the queue cannot know.
    private QueueItem? BestByHand()
    {
        if (_processes.Values.Any(p => p.Mail.Count > 0))
        {
            return null;
        }

        return _processes.Values.Where(p => p is { Status: ProcessStatus.Waiting, Offer: null } && HasPlace(p) && _wanted.Any(w => IsFree(w.Key, w.Value, p)))
            .Select(p => p.Item).Order().FirstOrDefault();
    }

    private bool IsFree(string demand, Wanted wanted, Process process) =>
        wanted.Slots - wanted.SinceAcked - _processes.Values.Count(p => p.Offer?.Demand.Id == demand) > 0
        && process.Requirements.CanBeTakenBy(Book.Demand(demand)!.Capability);

    private bool HasPlace(Process process)
    {
        var claims = _slots.Keys.Select(s => s.Key).Concat(_processes.Values.Where(p => p.Offer is not null).SelectMany(p => p.Offer!.Slots).Select(s => s.Key)).ToList();
        return (Book.Limits.Settings.MaxRunning is not { } max || claims.Count(c => c.Length == 0) < max)
            && (process.Requirements.ConcurrencyKey is not { } key || claims.Count(c => c == $"k:{key}") < process.Requirements.ConcurrencyMax);
    }

    private sealed class Process(ProcessId id, Requirements requirements)
    {
        public ProcessId Id => id;

        public Requirements Requirements => requirements;

        public string Lane { get; } = requirements.Lane();

        public ProcessStatus Status { get; set; } = ProcessStatus.Waiting;

        public int Priority { get; set; }

        public DateTimeOffset Since { get; set; }

        public QueueItem Item => new(id, Lane, Priority, Since);

        /// <summary>What it has said and the queue has not heard yet.</summary>
        public Queue<Action> Mail { get; } = [];

        /// <summary>An offer that it has not answered.</summary>
        public QueueOffer? Offer { get; set; }

        public SlotClaim[] Slots { get; set; } = [];

        public override string ToString() => $"{id.Id} {Status} {requirements.Func} {requirements.ConcurrencyKey}";
    }

    private sealed class Wanted
    {
        public int Slots { get; set; }

        /// <summary>Assignments that the queue has heard of since the demand was said.</summary>
        public int SinceAcked { get; set; }

        /// <summary>Assignments that the queue has not heard of yet.</summary>
        public int Unheard { get; set; }

        public long Version { get; set; }
    }

    private sealed class Refill(QueueLane lane, int limit)
    {
        public QueueLane Lane => lane;

        public int Limit => limit;

        public List<QueueItem>? Rows { get; set; }
    }
}
