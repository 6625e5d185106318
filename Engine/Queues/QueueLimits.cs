using Muster.Messages.Processes;
using Muster.Messages;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Queues;

/// <summary>The limits of a queue and its concurrency keys: which places are free, and whether the rate allows a start.</summary>
/// <remarks>The rows in the store decide; this is the queue's picture of them. A rate bucket starts empty.</remarks>
internal sealed class QueueLimits
{
    private readonly Dictionary<string, Dictionary<int, (ProcessId Process, int Attempt)>> _taken = [];
    private QueueSettings _settings = new();
    private double _tokens;
    private DateTimeOffset? _filledAt;

    public QueueSettings Settings => _settings;

    public void Configure(QueueSettings settings, DateTimeOffset now)
    {
        if (settings.RatePerSecond != _settings.RatePerSecond)
        {
            _tokens = 0;
            _filledAt = now;
        }

        _settings = settings;
    }

    /// <summary>Takes the places over as the store has them.</summary>
    public void Load(IEnumerable<SlotRow> slots)
    {
        _taken.Clear();
        foreach (var row in slots)
        {
            Taken(row.Key)[row.Slot] = (row.Process, row.Attempt);
        }
    }

    /// <summary>Whether a process of the lane may start, rate aside.</summary>
    public bool HasPlace(QueueLane lane) =>
        (_settings.MaxRunning is not { } max || Count("") < max) && (lane.Key is not { } key || Count(KeyOf(key)) < lane.Requirements.ConcurrencyMax);

    /// <summary>Whether the queue as a whole may start something, rate aside.</summary>
    public bool Open => !_settings.Paused && (_settings.MaxRunning is not { } max || Count("") < max);

    /// <summary>Whether any limit is so full that the picture may be wrong.</summary>
    public bool AnyTaken => _taken.Count > 0;

    /// <summary>How long until the rate allows a start; zero when it does.</summary>
    public TimeSpan UntilRateAllows(DateTimeOffset now)
    {
        if (_settings.RatePerSecond is not { } rate)
        {
            return TimeSpan.Zero;
        }

        var burst = Math.Max(1, rate);
        var passed = Math.Max(0, (now - (_filledAt ?? now)).TotalSeconds);
        _tokens = Math.Min(burst, _tokens + (passed * rate));
        _filledAt = now;
        // Rounded up by a little, so that the next look finds the token whole.
        return _tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds(((1 - _tokens) / rate) + 0.001);
    }

    /// <summary>Takes a place under every limit of the lane, and a token.</summary>
    public SlotClaim[] Take(QueueLane lane, ProcessId process)
    {
        if (_settings.RatePerSecond is not null)
        {
            _tokens--;
        }

        var claims = new List<SlotClaim>(2);
        if (_settings.MaxRunning is { } max)
        {
            claims.Add(TakeOne("", max, process));
        }

        if (lane.Key is { } key)
        {
            claims.Add(TakeOne(KeyOf(key), lane.Requirements.ConcurrencyMax, process));
        }

        return [.. claims];
    }

    /// <summary>Gives places back, unless another process holds them by now.</summary>
    public void Free(ProcessId process, IEnumerable<SlotClaim> claims)
    {
        foreach (var claim in claims)
        {
            if (_taken.TryGetValue(claim.Key, out var slots) && slots.TryGetValue(claim.Slot, out var holder) && holder.Process == process)
            {
                slots.Remove(claim.Slot);
                if (slots.Count == 0)
                {
                    _taken.Remove(claim.Key);
                }
            }
        }
    }

    // The queue's own limit has the empty key; a concurrency key never collides with it.
    private static string KeyOf(string key) => $"k:{key}";

    private int Count(string key) => _taken.TryGetValue(key, out var slots) ? slots.Count : 0;

    private SlotClaim TakeOne(string key, int max, ProcessId process)
    {
        var slots = Taken(key);
        var slot = Enumerable.Range(1, max).First(s => !slots.ContainsKey(s));
        slots[slot] = (process, 0);
        return new SlotClaim(key, slot);
    }

    private Dictionary<int, (ProcessId Process, int Attempt)> Taken(string key)
    {
        if (!_taken.TryGetValue(key, out var slots))
        {
            _taken[key] = slots = [];
        }

        return slots;
    }
}
