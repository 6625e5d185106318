using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Queues;

/// <summary>The limits of a queue and its concurrency keys: which places are free, and whether the rate allows a start.</summary>
/// <remarks>The rows in the store decide; this is the queue's picture of them. A rate bucket starts empty.</remarks>
internal sealed class QueueLimits
{
    // The queue's own limit has the empty key; a concurrency key never collides with it.
    private const string OfQueue = "";
    private const string KeyPrefix = "k:";

    private int _others;

    /// <summary>The longest wait that is told for the next start; then the rate is looked at again.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Dictionary<string, QueuePlaces> _taken = [];
    private QueueSettings _settings = new();
    private double _tokens;
    private DateTimeOffset? _filledAt;

    public QueueSettings Settings => _settings;

    /// <summary>Called with a concurrency key when its places have changed, and with null when all may have.</summary>
    public Action<string?> Changed { get; set; } = _ => { };

    public void Configure(QueueSettings settings, DateTimeOffset now)
    {
        if (settings.RatePerSecond != _settings.RatePerSecond)
        {
            _tokens = 0;
            _filledAt = now;
        }

        _settings = settings;
    }

    /// <summary>How many run without a place, because they started before there was a limit; they count, and are only heard of by looking again.</summary>
    public int Others
    {
        get => _others;
        set
        {
            _others = value;
            Changed(null);
        }
    }

    /// <summary>Takes the places over as the store has them.</summary>
    public void Load(IEnumerable<SlotRow> slots)
    {
        _taken.Clear();
        foreach (var row in slots)
        {
            Places(row.Key).Take(row.Slot, row.Process);
        }

        Changed(null);
    }

    /// <summary>Whether a process of the lane may start, rate aside.</summary>
    public bool HasPlace(QueueLane lane) => HasPlaceInQueue && HasPlaceForKey(lane);

    /// <summary>Whether a process of the lane may start as far as its concurrency key goes.</summary>
    public bool HasPlaceForKey(QueueLane lane) => lane.Key is not { } key || Count(KeyPrefix + key) < lane.Requirements.ConcurrencyMax;

    /// <summary>Whether the queue as a whole may start something, rate aside.</summary>
    public bool Open => !_settings.Paused && HasPlaceInQueue;

    /// <summary>Whether the rate allowed a start when it was looked at last.</summary>
    public bool RateAllows => _settings.RatePerSecond is null || _tokens >= 1;

    /// <summary>Whether any limit is so full that the picture may be wrong.</summary>
    public bool AnyTaken => _taken.Count > 0 || _others > 0;

    private bool HasPlaceInQueue => _settings.MaxRunning is not { } max || Count(OfQueue) + _others < max;

    /// <summary>How long until the rate allows a start; zero when it does, at most an hour.</summary>
    public TimeSpan UntilRateAllows(DateTimeOffset now)
    {
        if (_settings.RatePerSecond is not { } rate)
        {
            return TimeSpan.Zero;
        }

        var burst = Math.Max(1, rate);
        var passed = Math.Max(0, (now - (_filledAt ?? now)).TotalSeconds);
        _tokens = Math.Min(burst, _tokens + (passed * Math.Max(0, rate)));
        _filledAt = now;
        if (_tokens >= 1)
        {
            return TimeSpan.Zero;
        }

        // Rounded up by a little, so that the next look finds the token whole.
        var seconds = ((1 - _tokens) / rate) + 0.001;
        return rate > 0 && seconds < LongestWait.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestWait;
    }

    /// <summary>Takes a place under every limit of the lane, and a token.</summary>
    public SlotClaim[] Take(QueueLane lane, ProcessId process)
    {
        if (_settings.RatePerSecond is not null)
        {
            _tokens--;
        }

        var claims = new List<SlotClaim>(2);
        if (_settings.MaxRunning is not null)
        {
            claims.Add(new SlotClaim(OfQueue, Places(OfQueue).TakeLowest(process)));
        }

        if (lane.Key is { } key)
        {
            claims.Add(new SlotClaim(KeyPrefix + key, Places(KeyPrefix + key).TakeLowest(process)));
            Changed(key);
        }

        return [.. claims];
    }

    /// <summary>Gives places back, unless another process holds them by now.</summary>
    public void Free(ProcessId process, IEnumerable<SlotClaim> claims)
    {
        foreach (var claim in claims)
        {
            if (!_taken.TryGetValue(claim.Key, out var places) || !places.Free(claim.Slot, process))
            {
                continue;
            }

            if (places.Count == 0)
            {
                _taken.Remove(claim.Key);
            }

            if (claim.Key.StartsWith(KeyPrefix, StringComparison.Ordinal))
            {
                Changed(claim.Key[KeyPrefix.Length..]);
            }
        }
    }

    /// <summary>The store says that a place is taken which looked free: it stays taken until the places are read anew.</summary>
    public void Refused(ProcessId process, IEnumerable<SlotClaim> claims)
    {
        foreach (var claim in claims)
        {
            Places(claim.Key).Take(claim.Slot, process);
        }

        Changed(null);
    }

    private int Count(string key) => _taken.TryGetValue(key, out var places) ? places.Count : 0;

    private QueuePlaces Places(string key)
    {
        if (!_taken.TryGetValue(key, out var places))
        {
            _taken[key] = places = new QueuePlaces();
        }

        return places;
    }
}
