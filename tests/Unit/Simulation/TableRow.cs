using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Tests.Unit.Simulation;

/// <summary>A process as the read model has it, made of its events one by one, as the projections in SQL do.</summary>
internal sealed class TableRow(ProcessId id, ProcessEvent.Submitted submitted, long seq)
{
    public ProcessId Id => id;

    public ProcessSpec Spec => submitted.Spec;

    public long Seq => seq;

    public string Lane => submitted.Lane;

    public string Queue => submitted.Queue;

    public ProcessStatus Status { get; private set; }

    public int Priority { get; private set; } = submitted.Spec.Priority;

    public DateTimeOffset? WaitingSince { get; private set; }

    public DateTimeOffset? NextDeadline { get; set; }

    public int Attempt { get; private set; }

    public int Counted { get; private set; }

    public string? Executor { get; private set; }

    public string? Demand { get; private set; }

    public string? Cause { get; private set; }

    public string? ResultHash { get; private set; }

    public void Apply(ProcessEvent e)
    {
        Status = e.To;
        switch (e)
        {
            case ProcessEvent.Assigned x:
                Moved(e, null);
                (Attempt, Executor, Demand) = (x.Attempt, x.Executor, x.Demand);
                break;
            case ProcessEvent.AttemptEnded x:
                Moved(e, e.To == ProcessStatus.Waiting ? e.At : null);
                Counted += x.Counted ? 1 : 0;
                Demand = null;
                break;
            case ProcessEvent.Succeeded x:
                Moved(e, null);
                (Demand, ResultHash) = (null, x.ResultHash);
                break;
            case ProcessEvent.Failed x:
                Moved(e, null);
                Cause = x.Parent;
                break;
            case ProcessEvent.Cancelled x:
                Moved(e, null);
                Cause = x.Parent;
                break;
            case ProcessEvent.Reopened:
                Moved(e, e.To == ProcessStatus.Waiting ? e.At : null);
                (Counted, Cause, ResultHash) = (0, null, null);
                break;
            case ProcessEvent.PriorityChanged x:
                Priority = x.Priority;
                break;
            case ProcessEvent.AttributesSet:
                break;
            default:
                Moved(e, e.To == ProcessStatus.Waiting ? e.At : null);
                break;
        }
    }

    private void Moved(ProcessEvent e, DateTimeOffset? waitingSince)
    {
        WaitingSince = waitingSince;
        NextDeadline = e.NextDeadline;
    }
}
