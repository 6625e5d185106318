using Akka.Actor;
using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Engine.Processes;

/// <summary>What a live attempt says: heartbeats, progress, log lines. None of it is an event; the row changes at most once in a third of the lease.</summary>
/// <param name="id">The process.</param>
/// <param name="engine">The store.</param>
internal sealed class AttemptVoice(ProcessId id, EngineContext engine)
{
    /// <summary>The deadline that stands in the row.</summary>
    private DateTimeOffset? _rowDeadline;

    /// <summary>An event has written the row.</summary>
    public void RowWritten(DateTimeOffset? deadline) => _rowDeadline = deadline;

    /// <summary>Keeps what was said, and answers when it is as durable as it gets.</summary>
    public void Hear(ProcessCommand said, ProcessState state, ProcessReply reply, IActorRef sender, IActorRef self)
    {
        switch (said)
        {
            case ProcessCommand.AppendLog log:
                TouchIfDue(state, self);
                engine.Store.Rows.AppendLogAsync(id, log.Attempt, log.Lines).PipeTo(
                    sender, self,
                    success: taken => taken ? reply : Refused(Problem.TooMuch, "Too many log lines wait to be written; send them again in a moment."),
                    failure: e => Busy(e.Message));
                break;
            case ProcessCommand.Heartbeat { Checkpoint: { } checkpoint }:
                _rowDeadline = Deadlines.Next(state);
                engine.Store.Rows.TouchAsync(id, _rowDeadline, checkpoint, null, null).PipeTo(sender, self, success: () => reply, failure: e => Busy(e.Message));
                break;
            case ProcessCommand.Progress p:
                _rowDeadline = Deadlines.Next(state);
                engine.Store.Rows.TouchAsync(id, _rowDeadline, null, p.Fraction, p.Message).PipeTo(sender, self, success: () => reply, failure: e => Busy(e.Message));
                break;
            default:
                TouchIfDue(state, self);
                sender.Tell(reply);
                break;
        }
    }

    private void TouchIfDue(ProcessState state, IActorRef self)
    {
        var due = Deadlines.Next(state);
        if (state.LeaseUntil is not null && (due is null || _rowDeadline is null || due - _rowDeadline >= state.Limits.Lease / 3))
        {
            _rowDeadline = due;
            engine.Store.Rows.TouchAsync(id, due, null, null, null).PipeTo(self, success: () => RowTouched.Instance);
        }
    }

    private ProcessReply Busy(string message) => Refused(Problem.Busy, message);

    private ProcessReply Refused(Problem problem, string message) => new ProcessReply.Refused { Process = id, Problem = problem, Message = message };
}
