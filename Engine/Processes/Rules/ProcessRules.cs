using System.Collections.Immutable;
using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Engine.Processes.Rules;

/// <summary>What may happen to a process. Pure: no clock, no chance, no I/O.</summary>
public static class ProcessRules
{
    /// <summary>Says what a command does.</summary>
    public static Decision Decide(ProcessState state, ProcessCommand command, Moment moment)
    {
        if (state.Status == ProcessStatus.None && command is not ProcessCommand.Submit)
        {
            return new Decision.Refused(Problem.NotFound, $"There is no process {command.Process}.");
        }

        if (command is not ProcessCommand.Submit && state.Commands.Contains(command.CommandId))
        {
            return new Decision.Stays(state, Repeated: true);
        }

        return command switch
        {
            ProcessCommand.Submit c => Submit(state, c, moment),
            ProcessCommand.Offer c => Offer(state, c, moment),
            ProcessCommand.OfAttempt c => OfAttempt(state, c, moment),
            ProcessCommand.Cancel c => Cancel(state, c, moment),
            ProcessCommand.Reject c => state.Status == ProcessStatus.Waiting
                ? Happens(new Change(state, moment, c).Failed(c.Reason, FailureKind.Rejected))
                : new Decision.Stays(state),
            ProcessCommand.Abort c => Abort(state, c, moment),
            ProcessCommand.AddParent c => AddParent(state, c, moment),
            ProcessCommand.Retry c => Retry(state, c, moment),
            ProcessCommand.SetPriority c => SetPriority(state, c, moment),
            ProcessCommand.SetAttributes c => SetAttributes(state, c, moment),
            _ => new Decision.Refused(Problem.Invalid, $"{command.GetType().Name} is not a command of a process."),
        };
    }

    /// <summary>Says what the passing of time does: which limit has fired, or which delay is over.</summary>
    public static Decision Tick(ProcessState state, Moment moment)
    {
        if (state.Status is ProcessStatus.None || state.Status.IsFinal())
        {
            return new Decision.Stays(state);
        }

        var change = new Change(state, moment);
        if (state.Limits.Deadline is { } deadline && deadline <= moment.Now)
        {
            var why = $"The deadline {deadline:O} has passed.";
            return state.Status == ProcessStatus.Running
                ? Happens(change.AttemptEnded(AttemptOutcome.Deadline, counted: false, why, ProcessStatus.Running), change.Failed(why, FailureKind.Deadline))
                : Happens(change.Failed(why, FailureKind.Deadline));
        }

        if (state.Status == ProcessStatus.Running)
        {
            return state.ExecUntil <= moment.Now
                ? EndAttempt(change, AttemptOutcome.MaxExec, counted: true, $"Attempt {state.Attempt} ran longer than max exec of {Seconds(state.Limits.MaxExec)}.")
                : state.LeaseUntil <= moment.Now
                    ? EndAttempt(change, AttemptOutcome.LeaseLost, counted: true, $"Attempt {state.Attempt} was silent for its whole lease of {Seconds(state.Limits.Lease)}.")
                    : new Decision.Stays(state);
        }

        if (Deadlines.WaitUntil(state) <= moment.Now)
        {
            return Happens(change.Failed($"It waited longer than max wait of {Seconds(state.Limits.MaxWait)}.", FailureKind.MaxWait));
        }

        return state.Status == ProcessStatus.Blocked && state.ParentsDone && (state.BlockedUntil is null || state.BlockedUntil <= moment.Now)
            ? Happens(change.Unblocked())
            : new Decision.Stays(state);
    }

    /// <summary>Says what the states of the parents do to a blocked process.</summary>
    public static Decision SeeParents(ProcessState state, IReadOnlyCollection<(string Id, ProcessStatus Status)> parents, Moment moment)
    {
        if (state.Status != ProcessStatus.Blocked || state.ParentsDone)
        {
            return new Decision.Stays(state);
        }

        var change = new Change(state, moment);
        foreach (var (id, status) in parents)
        {
            if (status == ProcessStatus.Failed)
            {
                return Happens(change.Failed($"Its parent {id} failed.", FailureKind.Parent, id));
            }

            if (status == ProcessStatus.Cancelled)
            {
                return Happens(change.Cancelled($"Its parent {id} was cancelled.", id));
            }
        }

        if (parents.Any(p => p.Status != ProcessStatus.Succeeded) || state.NewParents.Any(added => parents.All(p => p.Id != added)))
        {
            return new Decision.Stays(state);
        }

        // Its start time is a deadline of its own from now on, so that its row says when to wake it.
        return Happens(change.Unblocked(state.BlockedUntil > moment.Now ? ProcessStatus.Blocked : ProcessStatus.Waiting));
    }

    private static Decision Submit(ProcessState state, ProcessCommand.Submit c, Moment moment)
    {
        if (state.Status != ProcessStatus.None)
        {
            return state.Fingerprint == c.Fingerprint
                ? new Decision.Stays(state, Repeated: true)
                : new Decision.Refused(Problem.Conflict, $"The id {c.Process.Id} is used by a process with another spec. Submit it under another id or key.");
        }

        var blocked = !c.Spec.After.IsEmpty || c.Spec.Limits.NotBefore > moment.Now;
        var submitted = new ProcessEvent.Submitted
        {
            At = c.At ?? moment.Now,
            CommandId = c.CommandId,
            By = c.By,
            Queue = c.Spec.Queue,
            From = ProcessStatus.None,
            To = blocked ? ProcessStatus.Blocked : ProcessStatus.Waiting,
            Spec = c.Spec,
            Fingerprint = c.Fingerprint,
            Lane = Requirements.Of(c.Spec).Lane(),
            Place = blocked ? null : Evolution.PlaceOf(c.Spec, c.At ?? moment.Now),
        };
        return Happens(submitted with { NextDeadline = Deadlines.Next(Evolution.Evolve(state, submitted)) });
    }

    private static Decision Offer(ProcessState state, ProcessCommand.Offer c, Moment moment)
    {
        if (state.Status != ProcessStatus.Waiting)
        {
            return new Decision.Refused(Problem.Conflict, $"The process is {Word(state.Status)}.");
        }

        // A limit that has fired goes before the offer, even when its timer is late.
        if (Tick(state, moment) is Decision.Happens fired)
        {
            return fired;
        }

        var limits = state.Limits;
        return Happens(new Change(state, moment, c).Assigned(
            state.Attempt + 1, c, limits.Lease > TimeSpan.Zero ? moment.Now + limits.Lease : null, limits.MaxExec is { } exec ? moment.Now + exec : null));
    }

    private static Decision OfAttempt(ProcessState state, ProcessCommand.OfAttempt c, Moment moment)
    {
        if (state.Status == ProcessStatus.Running && c.Attempt == state.Attempt)
        {
            return OfLiveAttempt(state, c, moment);
        }

        if (c.Attempt == state.Attempt && c is ProcessCommand.Complete complete && state.Status == ProcessStatus.Succeeded)
        {
            return complete.ResultHash == state.ResultHash
                ? new Decision.Stays(state, Repeated: true)
                : new Decision.Refused(Problem.Conflict, $"Attempt {c.Attempt} was completed before with another result; that one stays.");
        }

        // The worker of a cancelled process learns it from the answer to whatever it says while it runs.
        if (c.Attempt == state.Attempt && state.Status == ProcessStatus.Cancelled
            && c is ProcessCommand.Heartbeat or ProcessCommand.Progress or ProcessCommand.AppendLog)
        {
            return new Decision.Stays(state, Cancel: true);
        }

        return new Decision.Refused(
            Problem.Conflict,
            c.Attempt > state.Attempt
                ? $"There is no attempt {c.Attempt}; the last one is {state.Attempt}."
                : $"Attempt {c.Attempt} is over: the process is {Word(state.Status)}{(state.Status == ProcessStatus.Running ? $" in attempt {state.Attempt}" : "")}. Stop working on it.");
    }

    private static Decision OfLiveAttempt(ProcessState state, ProcessCommand.OfAttempt c, Moment moment)
    {
        var change = new Change(state, moment, c);
        return c switch
        {
            ProcessCommand.Complete x => Happens(change.Succeeded(x.Result, x.ResultHash)),
            ProcessCommand.Fail x => EndAttempt(change, AttemptOutcome.Failed, counted: true, x.Error, x.Retryable, x.Result),
            ProcessCommand.Release { Undelivered: true } when state.Heard => new Decision.Refused(Problem.Conflict, $"Attempt {state.Attempt} has reached its worker."),
            ProcessCommand.Release x => EndAttempt(change, AttemptOutcome.Released, counted: false, x.Reason),
            ProcessCommand.WorkerLost x => EndAttempt(change, AttemptOutcome.WorkerLost, counted: true, x.Reason),
            _ => new Decision.Stays(state with { Heard = true, LeaseUntil = state.LeaseUntil is null ? null : moment.Now + state.Limits.Lease }),
        };
    }

    private static Decision EndAttempt(Change change, AttemptOutcome outcome, bool counted, string? error, bool retryable = true, JsonElement? result = null)
    {
        var state = change.State;
        var used = state.Counted + (counted ? 1 : 0);
        if (!retryable || (counted && state.Limits.MaxRetries >= 0 && used > state.Limits.MaxRetries))
        {
            var what = error ?? $"Attempt {state.Attempt} failed.";
            var why = retryable && state.Limits.MaxRetries > 0 ? $"{what} It was attempt {used} of {state.Limits.MaxRetries + 1}." : what;
            return Happens(change.AttemptEnded(outcome, counted, error, ProcessStatus.Running), change.Failed(why, KindOf(outcome), result: result));
        }

        var delay = counted ? state.Limits.Retry.DelayBefore(used, change.Moment.Chance) : TimeSpan.Zero;
        return delay > TimeSpan.Zero
            ? Happens(change.AttemptEnded(outcome, counted, error, ProcessStatus.Blocked, WholeUp(change.Moment.Now + delay)))
            : Happens(change.AttemptEnded(outcome, counted, error, ProcessStatus.Waiting));
    }

    private static Decision Cancel(ProcessState state, ProcessCommand.Cancel c, Moment moment)
    {
        if (state.Status.IsFinal())
        {
            return state.Status == ProcessStatus.Cancelled
                ? new Decision.Stays(state, Repeated: true)
                : new Decision.Refused(Problem.Conflict, $"The process has {Word(state.Status)} already.");
        }

        var change = new Change(state, moment, c);
        var cancelled = change.Cancelled(c.Reason ?? "Cancelled on request.");
        return state.Status == ProcessStatus.Running
            ? Happens(change.AttemptEnded(AttemptOutcome.Cancelled, counted: false, c.Reason, ProcessStatus.Running), cancelled)
            : Happens(cancelled);
    }

    private static Decision Abort(ProcessState state, ProcessCommand.Abort c, Moment moment)
    {
        if (state.Status.IsFinal())
        {
            return new Decision.Stays(state);
        }

        var change = new Change(state, moment, c);
        var failed = change.Failed(c.Reason, FailureKind.Aborted, c.Cause);
        return state.Status == ProcessStatus.Running
            ? Happens(change.AttemptEnded(AttemptOutcome.Aborted, counted: false, c.Reason, ProcessStatus.Running), failed)
            : Happens(failed);
    }

    private static Decision AddParent(ProcessState state, ProcessCommand.AddParent c, Moment moment) =>
        state.Status == ProcessStatus.Blocked && !state.ParentsDone
            ? Happens(new Change(state, moment, c).ParentAdded(c.Parent))
            : new Decision.Refused(Problem.Conflict, $"The process is {Word(state.Status)} and no longer waits for parents; only what does can wait for one more.");

    private static Decision Retry(ProcessState state, ProcessCommand.Retry c, Moment moment)
    {
        if (!state.Status.IsFinal())
        {
            return c.Parent is null
                ? new Decision.Refused(Problem.Conflict, $"The process is {Word(state.Status)}; only a finished one can be retried.")
                : new Decision.Stays(state);
        }

        if (c.Parent is not null && c.Parent != state.Cause)
        {
            return new Decision.Stays(state);
        }

        if (state.Limits.Deadline is { } deadline && deadline <= moment.Now)
        {
            return c.Parent is null
                ? new Decision.Refused(Problem.Conflict, $"The deadline {deadline:O} has passed; it would fail at once. Submit it anew.")
                : new Decision.Stays(state);
        }

        // One whose parents had not all succeeded has to see them again, whatever ended it; and it does not start before its time.
        var to = state.ParentsDone && !(state.Limits.NotBefore > moment.Now) ? ProcessStatus.Waiting : ProcessStatus.Blocked;
        return Happens(new Change(state, moment, c).Reopened(c.Reason ?? "Retried on request.", to));
    }

    private static Decision SetAttributes(ProcessState state, ProcessCommand.SetAttributes c, Moment moment) =>
        c.Attempt is { } attempt && (state.Status != ProcessStatus.Running || state.Attempt != attempt)
            ? new Decision.Refused(Problem.Conflict, $"Attempt {attempt} does not hold the process: it is {Word(state.Status)}.")
            : Happens(new Change(state, moment, c).AttributesSet(c.Attributes));

    private static FailureKind KindOf(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.MaxExec => FailureKind.MaxExec,
        AttemptOutcome.LeaseLost => FailureKind.LeaseLost,
        AttemptOutcome.WorkerLost => FailureKind.WorkerLost,
        AttemptOutcome.Deadline => FailureKind.Deadline,
        _ => FailureKind.Attempt,
    };

    private static Decision SetPriority(ProcessState state, ProcessCommand.SetPriority c, Moment moment)
    {
        if (state.Status.IsFinal())
        {
            return new Decision.Refused(Problem.Conflict, $"The process has {Word(state.Status)} already; its priority has no meaning any more.");
        }

        return state.Priority == c.Priority ? new Decision.Stays(state, Repeated: true) : Happens(new Change(state, moment, c).PriorityChanged(c.Priority));
    }

    private static Decision.Happens Happens(params ImmutableArray<ProcessEvent> events) => new(events);

    private static DateTimeOffset WholeUp(DateTimeOffset time) =>
        time.AddTicks((TimeSpan.TicksPerMillisecond - (time.Ticks % TimeSpan.TicksPerMillisecond)) % TimeSpan.TicksPerMillisecond);

    private static string Seconds(TimeSpan? duration) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{duration.GetValueOrDefault().TotalSeconds:0.###} s");

    private static string Word(ProcessStatus status) => status.ToString().ToLowerInvariant();
}
