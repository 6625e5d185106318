using Muster.Messages.Processes;

namespace Muster.Runtime.Pool;

/// <summary>The last attempts that are over: an assignment that comes a second time, late, must not start again.</summary>
internal sealed class RecentAttempts
{
    /// <summary>What passes through a busy pool in a second; a message that is later than that has lost its connection, and with it its demand.</summary>
    private const int Kept = 8_192;

    private readonly HashSet<AttemptRef> _set = [];
    private readonly Queue<AttemptRef> _order = new();

    public bool Contains(AttemptRef attempt) => _set.Contains(attempt);

    public void Add(AttemptRef attempt)
    {
        if (!_set.Add(attempt))
        {
            return;
        }

        _order.Enqueue(attempt);
        if (_order.Count > Kept)
        {
            _set.Remove(_order.Dequeue());
        }
    }
}
