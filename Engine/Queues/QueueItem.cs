using Akka.Actor;
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
    /// <summary>The process in memory, as it said that it waits; null when only the table says so, or when it has been told that it may leave.</summary>
    public IActorRef? Home { get; init; }

    /// <summary>When it said that, in milliseconds of a clock that nobody sets.</summary>
    public long SaidAt { get; init; }

    /// <summary>The same process in the same place; where it lives makes no difference.</summary>
    public bool Equals(QueueItem? other) => other is not null && Id == other.Id && Lane == other.Lane && Priority == other.Priority && Since == other.Since;

    public override int GetHashCode() => Id.GetHashCode();

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
