namespace Muster.Tests.Unit.Simulation;

/// <summary>Carries messages: late, in another order, twice, or not at all.</summary>
internal sealed class Network(Schedule schedule, Faults faults, Trace trace)
{
    /// <summary>Sends a message to another node: anything may happen to it.</summary>
    public void Send(string to, object message, Action deliver)
    {
        if (faults.Hits(faults.Loss))
        {
            trace.Note($"lost on the way to {to}:", message);
            return;
        }

        schedule.After(faults.Delay(), deliver);
        if (faults.Hits(faults.Repeats))
        {
            trace.Note($"twice on the way to {to}:", message);
            schedule.After(faults.Delay() + 1, deliver);
        }
    }
}
