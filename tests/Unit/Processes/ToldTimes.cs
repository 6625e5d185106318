using Muster.Messages.Processes;

namespace Muster.Tests.Unit.Processes;

/// <summary>When something is due, told from the events alone and in other words than the rules use.</summary>
internal sealed class ToldTimes(Limits limits)
{
    private int _heard;
    private DateTimeOffset _series;
    private DateTimeOffset? _waiting;
    private DateTimeOffset _assigned;
    private DateTimeOffset? _retryAt;
    private bool _parentsSeen;
    private bool _everRan;
    private DateTimeOffset? _lease;

    public void Hear(Life life)
    {
        foreach (var e in life.Events.Skip(_heard))
        {
            Hear(e);
        }

        if (_heard == life.Events.Count && life.Status == ProcessStatus.Running)
        {
            // Only a sign of life of the live attempt moves the lease without an event, and only to a whole lease from now.
            if (life.State.LeaseUntil == life.Now + limits.Lease)
            {
                _lease = life.State.LeaseUntil;
            }
        }

        _heard = life.Events.Count;
        _parentsSeen |= life.Spec.After.IsEmpty;
    }

    public DateTimeOffset? Next(ProcessStatus status)
    {
        var wait = limits.WaitFrom == WaitFrom.Submission ? _series + limits.MaxWait : _waiting + limits.MaxWait;
        DateTimeOffset?[] times = status switch
        {
            ProcessStatus.Blocked => [limits.Deadline, limits.WaitFrom == WaitFrom.Submission ? wait : null, _parentsSeen ? _retryAt ?? limits.NotBefore : null],
            ProcessStatus.Waiting => [limits.Deadline, wait],
            ProcessStatus.Running => [limits.Deadline, _assigned + limits.MaxExec, _lease],
            _ => [],
        };
        return times.Min();
    }

    private void Hear(ProcessEvent e)
    {
        switch (e)
        {
            case ProcessEvent.Submitted or ProcessEvent.Reopened:
                _series = e.At;
                _retryAt = null;
                _waiting = e.At;
                break;
            case ProcessEvent.Unblocked:
                _parentsSeen = true;
                _waiting = e.At;
                break;
            case ProcessEvent.Assigned:
                _everRan = true;
                _assigned = e.At;
                _lease = limits.Lease > TimeSpan.Zero ? e.At + limits.Lease : null;
                break;
            case ProcessEvent.AttemptEnded ended:
                _retryAt = ended.RetryAt;
                _waiting = e.At;
                break;
        }

        _parentsSeen |= _everRan;
    }
}
