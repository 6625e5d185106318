namespace Muster.Tests.Unit.Simulation;

/// <summary>Simulated time, and what is to happen in it: one thing after the other, in an order that the seed decides.</summary>
internal sealed class Schedule
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (long At, long Order)> _due = new();
    private long _order;

    /// <summary>Milliseconds since the start.</summary>
    public long Milliseconds { get; private set; }

    public DateTimeOffset Now => Start.AddMilliseconds(Milliseconds);

    public long Steps { get; private set; }

    public void After(long milliseconds, Action what) => _due.Enqueue(what, (Milliseconds + Math.Max(0, milliseconds), ++_order));

    /// <summary>Lets time pass, and what is due in it happen; ends early when it should.</summary>
    public void RunUntil(long milliseconds, Func<bool>? over = null)
    {
        while (_due.TryPeek(out _, out var next) && next.At <= milliseconds)
        {
            Milliseconds = next.At;
            Steps++;
            _due.Dequeue()();
            if (over?.Invoke() == true)
            {
                return;
            }
        }

        Milliseconds = milliseconds;
    }
}
