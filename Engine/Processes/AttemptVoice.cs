using Akka.Actor;
using Muster.Engine.Processes.Rules;
using Muster.Messages.Processes;

namespace Muster.Engine.Processes;

/// <summary>What a live attempt says: heartbeats, progress, log lines. None of it is an event; the row changes at most once in a third of the lease.</summary>
/// <param name="around">Where rows and log lines are written.</param>
internal sealed class AttemptVoice(IProcessSurroundings around)
{
    /// <summary>The deadline that stands in the row.</summary>
    private DateTimeOffset? _rowDeadline;

    /// <summary>An event has written the row.</summary>
    public void RowWritten(DateTimeOffset? deadline) => _rowDeadline = deadline;

    /// <summary>Keeps what was said, and answers when it is as durable as it gets.</summary>
    public void Hear(ProcessCommand said, ProcessState state, ProcessReply reply, IActorRef sender)
    {
        switch (said)
        {
            case ProcessCommand.AppendLog log:
                TouchIfDue(state);
                around.AppendLog(log, reply, sender);
                break;
            case ProcessCommand.Heartbeat { Checkpoint: { } checkpoint }:
                _rowDeadline = Deadlines.Next(state);
                around.Touch(new RowTouch(_rowDeadline, checkpoint), reply, sender);
                break;
            case ProcessCommand.Progress p:
                _rowDeadline = Deadlines.Next(state);
                around.Touch(new RowTouch(_rowDeadline, Fraction: p.Fraction, Text: p.Message), reply, sender);
                break;
            default:
                TouchIfDue(state);
                sender.Tell(reply);
                break;
        }
    }

    private void TouchIfDue(ProcessState state)
    {
        var due = Deadlines.Next(state);
        if (state.LeaseUntil is not null && (due is null || _rowDeadline is null || due - _rowDeadline >= state.Limits.Lease / 3))
        {
            _rowDeadline = due;
            around.Touch(new RowTouch(due));
        }
    }
}
