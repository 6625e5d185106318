using Muster.Signatures;

namespace Muster.Gateway.Colonies.Crypto;

/// <summary>
/// Remembers for a while what was done, so that a message that somebody recorded does not do it again. Messages of the Colonies dialect carry no time and no number: whoever reads
/// one on its way can send it again, and the signature is still right. TLS keeps others from reading; this is for the few messages where that is not enough.
/// </summary>
/// <remarks>
/// <para>It is no guard for messages in general, and must not be asked for most of them. Clients sign without chance (RFC 6979), so that what they say twice on purpose has the same signature twice:
/// two polls, two submits of the same function, an approval in a script that runs at every start. Only a message that nobody has a reason to repeat byte for byte may be refused: the changes of an identity
/// (changeserveridmsg, changecolonyidmsg, changeuseridmsg, changeexecutoridmsg), after which the old key is good for nothing. The danger that is averted: the identity was changed back, and a recorded
/// message gives the place to the key that was given up.</para>
/// <para>Enter a message after its signer was found to be allowed to say it: else strangers fill the cache. Each gateway remembers for itself and forgets when it ends. Safe to use from many threads.</para>
/// </remarks>
internal sealed class ReplayCache
{
    /// <summary>How much is remembered unless told otherwise: about 14 MB.</summary>
    public const int DefaultCapacity = 100_000;

    /// <summary>How long something is remembered unless told otherwise.</summary>
    public static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(5);

    private readonly TimeProvider _clock;
    private readonly TimeSpan _window;
    private readonly int _capacity;

    // One lock: it is held for a fraction of a microsecond, between verifications that take tens of them.
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, LinkedListNode<(UInt128 Key, long At)>> _entered = [];
    private readonly LinkedList<(UInt128 Key, long At)> _order = [];

    /// <summary>Remembers nothing yet.</summary>
    /// <param name="clock">Only the time that passes counts, not the time of day.</param>
    /// <param name="window">How long something is remembered; <see cref="DefaultWindow"/> without it.</param>
    /// <param name="capacity">How much; when it is full the oldest goes. 0 switches it off: everything enters.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is not positive, or the capacity is negative.</exception>
    public ReplayCache(TimeProvider clock, TimeSpan? window = null, int capacity = DefaultCapacity)
    {
        _clock = clock;
        _window = window ?? DefaultWindow;
        _capacity = capacity;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_window, TimeSpan.Zero, nameof(window));
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
    }

    /// <summary>Whether it refuses anything.</summary>
    public bool IsOn => _capacity > 0;

    /// <summary>How much it remembers now, what has grown too old since the last call included.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entered.Count;
            }
        }
    }

    /// <summary>Lets a message in once. A refusal does not make it younger.</summary>
    /// <param name="key">Of a signature: <see cref="SignatureText.KeyOf"/>.</param>
    /// <returns>False when it entered before, within the window.</returns>
    public bool TryEnter(UInt128 key)
    {
        if (!IsOn)
        {
            return true;
        }

        lock (_lock)
        {
            var now = _clock.GetTimestamp();
            while (_order.First is { } oldest && _clock.GetElapsedTime(oldest.Value.At, now) >= _window)
            {
                Forget(oldest);
            }

            if (_entered.ContainsKey(key))
            {
                return false;
            }

            if (_entered.Count == _capacity)
            {
                Forget(_order.First!);
            }

            _entered.Add(key, _order.AddLast((key, now)));
            return true;
        }
    }

    /// <summary>Takes back that a message entered: it was not carried out, and its sender may say it again.</summary>
    /// <param name="key">Of a signature: <see cref="SignatureText.KeyOf"/>.</param>
    public void Leave(UInt128 key)
    {
        lock (_lock)
        {
            if (_entered.TryGetValue(key, out var entry))
            {
                Forget(entry);
            }
        }
    }

    private void Forget(LinkedListNode<(UInt128 Key, long At)> entry)
    {
        _order.Remove(entry);
        _entered.Remove(entry.Value.Key);
    }
}
