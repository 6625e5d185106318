using Muster.Messages.Processes;

namespace Muster.Engine.Workflows.Rules;

/// <summary>How many processes of a workflow are in which state.</summary>
/// <param name="Running">Those with an attempt.</param>
/// <param name="Succeeded">Those that succeeded.</param>
/// <param name="Failed">Those that failed.</param>
/// <param name="Cancelled">Those that were cancelled.</param>
public readonly record struct WorkflowCounts(long Running, long Succeeded, long Failed, long Cancelled)
{
    /// <summary>Those that are final.</summary>
    public long Final => Succeeded + Failed + Cancelled;

    /// <summary>Adds numbers up.</summary>
    public static WorkflowCounts Of(IEnumerable<(ProcessStatus Status, long Count)> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        return numbers.Aggregate(default(WorkflowCounts), (counts, n) => n.Status switch
        {
            ProcessStatus.Running => counts with { Running = counts.Running + n.Count },
            ProcessStatus.Succeeded => counts with { Succeeded = counts.Succeeded + n.Count },
            ProcessStatus.Failed => counts with { Failed = counts.Failed + n.Count },
            ProcessStatus.Cancelled => counts with { Cancelled = counts.Cancelled + n.Count },
            _ => counts,
        });
    }
}
