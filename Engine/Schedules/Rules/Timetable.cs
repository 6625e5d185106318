using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Muster.Engine.Workflows.Rules;
using Muster.Messages.Schedules;

namespace Muster.Engine.Schedules.Rules;

/// <summary>The slots of a schedule. Slots rise strictly; each is due at its time or, with jitter, up to that much later, always by the same.</summary>
public sealed class Timetable
{
    /// <summary>The shortest period.</summary>
    public static readonly TimeSpan ShortestEvery = TimeSpan.FromSeconds(1);

    /// <summary>The longest jitter of a cron expression; that of a period is at most the period.</summary>
    public static readonly TimeSpan LongestJitter = TimeSpan.FromDays(1);

    /// <summary>Slots of an expression are counted up to here: after a very long absence nobody needs to know how many there were.</summary>
    private const int Counted = 10_000;

    private readonly CronTimes? _cron;
    private readonly TimeSpan _every;
    private readonly DateTimeOffset _origin;
    private readonly DateTimeOffset _first;
    private readonly DateTimeOffset _end;
    private readonly TimeSpan _jitter;
    private readonly ulong _seed;

    private Timetable(ScheduleSpec spec, CronTimes? cron, DateTimeOffset anchor, string seed)
    {
        _cron = cron;
        _every = spec.Every ?? TimeSpan.Zero;
        _origin = spec.Start ?? anchor;
        // A period without a start has its first slot after the first period.
        _first = spec.Start ?? (cron is null ? anchor + _every : DateTimeOffset.MinValue);
        _end = spec.End ?? DateTimeOffset.MaxValue;
        _jitter = spec.Jitter;
        _seed = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(seed)));
    }

    /// <summary>Reads a schedule.</summary>
    /// <param name="spec">The schedule.</param>
    /// <param name="anchor">When it was made.</param>
    /// <param name="seed">Tells its jitter from that of others: its identity.</param>
    /// <param name="fault">What is wrong with it, when the answer is null.</param>
    public static Timetable? Of(ScheduleSpec spec, DateTimeOffset anchor, string seed, out SpecFault? fault)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(seed);
        CronTimes? cron = null;
        fault = Fault(spec);
        if (fault is null && spec.Cron is not null)
        {
            cron = CronTimes.Of(spec.Cron, spec.TimeZone, out fault);
        }

        return fault is null ? new Timetable(spec, cron, anchor, seed) : null;
    }

    /// <summary>The first slot after a time; null when none comes any more.</summary>
    public Slot? After(DateTimeOffset time)
    {
        var from = time < _first ? _first - TimeSpan.FromTicks(1) : time;
        var next = _cron is null ? _origin + Periods(Steps(from) + 1) : _cron.After(from);
        return next is { } at && at < _end ? new Slot(at, at + JitterOf(at)) : null;
    }

    /// <summary>The slots from one on that are due.</summary>
    /// <param name="from">The first slot that was not handled yet.</param>
    /// <param name="now">The time.</param>
    /// <param name="newest">How many of them are wanted at the most.</param>
    public DueSlots Due(DateTimeOffset from, DateTimeOffset now, int newest)
    {
        var slots = new Queue<Slot>();
        // What is older than the longest jitter is due for sure, and may be very much.
        var (count, last) = Bulk(from, now - _jitter, newest, slots);
        var next = last is { } time ? After(time) : new Slot(from, from + JitterOf(from));
        for (; next is { } slot && slot.Due <= now; next = After(slot.At))
        {
            slots.Enqueue(slot);
            count++;
            if (slots.Count > newest)
            {
                slots.Dequeue();
            }
        }

        return new DueSlots([.. slots], count, next);
    }

    private (long Count, DateTimeOffset? Last) Bulk(DateTimeOffset from, DateTimeOffset until, int newest, Queue<Slot> slots)
    {
        var last = Before(until + TimeSpan.FromTicks(1));
        if (!(last >= from))
        {
            return (0, null);
        }

        var taken = new List<Slot>();
        for (var at = last; at >= from && taken.Count < newest; at = Before(at.Value))
        {
            taken.Add(new Slot(at.Value, at.Value + JitterOf(at.Value)));
        }

        foreach (var slot in Enumerable.Reverse(taken))
        {
            slots.Enqueue(slot);
        }

        return (CountOf(from, last.Value, taken.Count), last);
    }

    private long CountOf(DateTimeOffset from, DateTimeOffset last, int atLeast)
    {
        if (_cron is null)
        {
            return Steps(last) - Steps(from) + 1;
        }

        var count = 1L;
        for (var at = from; at < last && count < Counted && After(at) is { } slot; at = slot.At)
        {
            count++;
        }

        return Math.Max(count, atLeast);
    }

    // The last slot before a time, whatever comes before the first.
    private DateTimeOffset? Before(DateTimeOffset time)
    {
        var until = time < _end ? time : _end;
        var last = _cron is null ? _origin + Periods(Steps(until - TimeSpan.FromTicks(1))) : _cron.Before(until);
        return last >= _first ? last : null;
    }

    // A product with a number would be rounded as one of floating point.
    private TimeSpan Periods(long count) => TimeSpan.FromTicks(_every.Ticks * count);

    private long Steps(DateTimeOffset time) => (long)Math.Floor((decimal)(time - _origin).Ticks / _every.Ticks);

    // Spread by the splitmix64 generator: the same slot has the same jitter on every node and after every start.
    private TimeSpan JitterOf(DateTimeOffset slot)
    {
        if (_jitter <= TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        var x = _seed + ((ulong)slot.ToUnixTimeMilliseconds() * 0x9E3779B97F4A7C15UL);
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        x ^= x >> 31;
        return TimeSpan.FromMilliseconds(x % ((ulong)_jitter.TotalMilliseconds + 1));
    }

    private static SpecFault? Fault(ScheduleSpec spec) => spec switch
    {
        { Cron: null, Every: null } => new SpecFault("cron", "Give 'cron' or 'every'."),
        { Cron: not null, Every: not null } => new SpecFault("every", "Give 'cron' or 'every', not both."),
        { Cron: null, TimeZone: not null } => new SpecFault("timeZone", "'timeZone' is for 'cron'; a period knows no zones."),
        { Every: { } every } when every < ShortestEvery => new SpecFault("every", "'every' is at least 1 s."),
        { Every.Ticks: var ticks } when ticks % TimeSpan.TicksPerMillisecond != 0 => new SpecFault("every", "'every' is a whole number of milliseconds."),
        { Jitter: var jitter } when jitter < TimeSpan.Zero => new SpecFault("jitter", "'jitter' is not negative."),
        { Every: { } every, Jitter: var jitter } when jitter > every => new SpecFault("jitter", "'jitter' is at most as long as 'every'."),
        { Jitter: var jitter } when jitter > LongestJitter && spec.Cron is not null => new SpecFault("jitter", "'jitter' is at most 1 d."),
        { Start: { } start, End: { } end } when end <= start => new SpecFault("end", "'end' is after 'start'."),
        { MaxQueued: < 1 or > 1_000 } => new SpecFault("maxQueued", "'maxQueued' must be between 1 and 1000."),
        { MissedLimit: < 1 or > 1_000 } => new SpecFault("missedLimit", "'missedLimit' must be between 1 and 1000."),
        { Work: { Process: null, Workflow: null } or { Process: not null, Workflow: not null } } => new SpecFault("process", "Give one process or one workflow to run."),
        { Work.Workflow: { } graph } when WorkflowGraph.Wrong(graph) is { } wrong => new SpecFault("workflow", wrong),
        _ => null,
    };
}
