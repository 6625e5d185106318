namespace Muster.Messages.Queues;

/// <summary>A message that is routed to a queue.</summary>
public interface IForQueue
{
    /// <summary>Which queue it is for.</summary>
    QueueId Queue { get; }
}
