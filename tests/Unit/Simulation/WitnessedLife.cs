using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Tests.Unit.Simulation;

/// <summary>What a witness knows of one process, from its events and answers alone and in other words than the rules use.</summary>
internal sealed class WitnessedLife
{
    /// <summary>So many commands are promised to be known again.</summary>
    private const int Remembered = 8;

    private readonly Queue<string> _latest = [];
    private DateTimeOffset _series;
    private DateTimeOffset? _waits;
    private DateTimeOffset _assigned;
    private DateTimeOffset? _notBefore;
    private DateTimeOffset _leaseTold;
    private bool _parentsSeen;

    public WitnessedLife(ProcessId id, ProcessEvent.Submitted e)
    {
        Id = id;
        Spec = e.Spec;
        Fingerprint = e.Fingerprint;
        _parentsSeen = e.Spec.After.IsEmpty;
        Begin(e);
    }

    public ProcessId Id { get; }

    public ProcessSpec Spec { get; }

    public string Fingerprint { get; }

    public ProcessStatus Status { get; private set; }

    public int? LiveAttempt { get; private set; }

    public int LastAttempt { get; private set; }

    /// <summary>Attempts of this series that count.</summary>
    public int Counted { get; private set; }

    public bool EverSucceeded { get; private set; }

    public bool EverFailed { get; private set; }

    public string? Cause { get; private set; }

    /// <summary>The hash of the result of each attempt that completed it; more than one when it was retried.</summary>
    public Dictionary<int, string> Completed { get; } = [];

    public HashSet<string> Commands { get; } = new(StringComparer.Ordinal);

    public HashSet<(int Attempt, string Demand)> Demands { get; } = [];

    public DateTimeOffset CrashedAt { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Since when it waits, if it does.</summary>
    public DateTimeOffset? Waits => Status == ProcessStatus.Waiting ? _waits : null;

    /// <summary>When it has to act by itself at the latest, leases aside.</summary>
    public DateTimeOffset? Due { get; private set; }

    /// <summary>Since when that is known.</summary>
    public DateTimeOffset DueSince { get; private set; }

    private Limits Limits => Spec.Limits;

    /// <summary>Whether a command is among the last that changed it.</summary>
    public bool Remembers(string command) => _latest.Contains(command);

    public void TellLease(DateTimeOffset? until)
    {
        if (until > _leaseTold)
        {
            _leaseTold = until.Value;
        }
    }

    /// <summary>When an event may have happened at the earliest; null when it is no matter of time.</summary>
    public DateTimeOffset? EarliestOf(ProcessEvent e) => e switch
    {
        ProcessEvent.AttemptEnded { Outcome: AttemptOutcome.MaxExec } => _assigned + Limits.MaxExec!.Value,
        ProcessEvent.AttemptEnded { Outcome: AttemptOutcome.LeaseLost } => _leaseTold,
        ProcessEvent.AttemptEnded { Outcome: AttemptOutcome.Deadline } => Limits.Deadline!.Value,
        ProcessEvent.Unblocked { To: ProcessStatus.Waiting } => _notBefore,
        ProcessEvent.Failed { Parent: null, CommandId: "" } when e.From is ProcessStatus.Blocked or ProcessStatus.Waiting => Min(Limits.Deadline, WaitEnd()),
        _ => null,
    };

    public void Hear(ProcessEvent e)
    {
        Status = e.To;
        if (e.CommandId.Length > 0 && Commands.Add(e.CommandId))
        {
            _latest.Enqueue(e.CommandId);
            if (_latest.Count > Remembered)
            {
                _latest.Dequeue();
            }
        }

        switch (e)
        {
            case ProcessEvent.Reopened:
                Begin(e);
                Cause = null;
                break;
            case ProcessEvent.Unblocked:
                _parentsSeen = true;
                _waits = e.At;
                break;
            case ProcessEvent.Assigned x:
                LiveAttempt = LastAttempt = x.Attempt;
                Demands.Add((x.Attempt, x.Demand));
                (_assigned, _waits) = (e.At, null);
                _leaseTold = e.At + Limits.Lease;
                break;
            case ProcessEvent.AttemptEnded x:
                LiveAttempt = null;
                Counted += x.Counted ? 1 : 0;
                _notBefore = x.RetryAt;
                _waits = e.At;
                break;
            case ProcessEvent.Succeeded x:
                (LiveAttempt, EverSucceeded) = (null, true);
                Completed[x.Attempt] = x.ResultHash;
                break;
            case ProcessEvent.Failed x:
                (EverFailed, Cause) = (true, x.Parent);
                break;
            case ProcessEvent.Cancelled x:
                Cause = x.Parent;
                break;
        }

        var due = NextDue();
        if (due != Due)
        {
            (Due, DueSince) = (due, e.At);
        }
    }

    private void Begin(ProcessEvent e)
    {
        Status = e.To;
        _series = e.At;
        _waits = e.At;
        _notBefore = Limits.NotBefore;
        Counted = 0;
        (Due, DueSince) = (NextDue(), e.At);
    }

    private DateTimeOffset? NextDue() => Status switch
    {
        ProcessStatus.Blocked => Min(Limits.Deadline, Limits.WaitFrom == WaitFrom.Submission ? WaitEnd() : null, _parentsSeen ? _notBefore : null),
        ProcessStatus.Waiting => Min(Limits.Deadline, WaitEnd()),
        ProcessStatus.Running => Min(Limits.Deadline, _assigned + Limits.MaxExec),
        _ => null,
    };

    private DateTimeOffset? WaitEnd() => Limits.WaitFrom == WaitFrom.Submission ? _series + Limits.MaxWait : _waits + Limits.MaxWait;

    private static DateTimeOffset? Min(params DateTimeOffset?[] times) => times.Min();
}
