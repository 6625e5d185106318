namespace Muster.Tests.Unit.Simulation;

/// <summary>Carries messages: late, in another order, twice, or not at all.</summary>
internal sealed class Network(Schedule schedule, Faults faults, Trace trace)
{
    private readonly Dictionary<string, int> _steady = [];

    /// <summary>What is sent to one address arrives in order: each has a delay of its own.</summary>
    public bool InOrder { get; set; }

    /// <summary>Sends a message to another node: anything may happen to it.</summary>
    public void Send(string to, object message, Action deliver)
    {
        if (faults.Hits(faults.Loss))
        {
            trace.Note($"lost on the way to {to}:", message);
            return;
        }

        schedule.After(DelayTo(to), deliver);
        if (faults.Hits(faults.Repeats))
        {
            trace.Note($"twice on the way to {to}:", message);
            schedule.After(faults.Delay() + 1, deliver);
        }
    }

    private int DelayTo(string to)
    {
        if (!InOrder)
        {
            return faults.Delay();
        }

        if (!_steady.TryGetValue(to, out var delay))
        {
            _steady.Add(to, delay = faults.Delay());
        }

        return delay;
    }
}
