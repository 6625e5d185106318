using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Engine.Queues;

/// <summary>A waiting process in the window of its lane.</summary>
/// <param name="Id">The process.</param>
/// <param name="Lane">The lane.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Since">Among equals the earlier goes first.</param>
internal sealed record QueueItem(ProcessId Id, string Lane, int Priority, DateTimeOffset Since) : IComparable<QueueItem>
{
    public int CompareTo(QueueItem? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byPriority = other.Priority.CompareTo(Priority);
        if (byPriority != 0)
        {
            return byPriority;
        }

        var byTime = Since.CompareTo(other.Since);
        return byTime != 0 ? byTime : string.CompareOrdinal(Id.Id, other.Id.Id);
    }
}
