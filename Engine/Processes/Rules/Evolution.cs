using Muster.Messages.Processes;

namespace Muster.Engine.Processes.Rules;

/// <summary>What an event makes of the state.</summary>
public static class Evolution
{
    /// <summary>The state after the event.</summary>
    public static ProcessState Evolve(ProcessState state, ProcessEvent e)
    {
        var next = Remember(state, e) with { Status = e.To };
        return e switch
        {
            ProcessEvent.Submitted x => Submitted(next, x),
            ProcessEvent.Unblocked when e.To == ProcessStatus.Blocked => next with { ParentsDone = true, NewParents = [] },
            ProcessEvent.Unblocked => next with { ParentsDone = true, NewParents = [], BlockedUntil = null, WaitingSince = e.At },
            ProcessEvent.Assigned x => next with
            {
                Attempt = x.Attempt,
                Executor = x.Executor,
                Demand = x.Demand,
                Slots = x.Slots,
                Heard = false,
                LeaseUntil = x.LeaseUntil,
                ExecUntil = x.ExecUntil,
                WaitingSince = null,
            },
            ProcessEvent.AttemptEnded x => WithoutAttempt(next) with
            {
                Counted = state.Counted + (x.Counted ? 1 : 0),
                BlockedUntil = x.RetryAt,
                WaitingSince = x.To == ProcessStatus.Waiting ? x.At : null,
                WaitsFrom = state.Limits.WaitFrom == WaitFrom.Return ? x.At : state.WaitsFrom,
                Reason = x.Error,
            },
            ProcessEvent.ParentAdded x => next with { NewParents = state.NewParents.Contains(x.Parent) ? state.NewParents : state.NewParents.Add(x.Parent) },
            ProcessEvent.PriorityChanged x => next with { Priority = x.Priority },
            ProcessEvent.Succeeded x => WithoutAttempt(next) with { ResultHash = x.ResultHash, Reason = null },
            ProcessEvent.Failed x => WithoutAttempt(next) with { Reason = x.Reason, Cause = x.Parent, WaitingSince = null },
            ProcessEvent.Cancelled x => WithoutAttempt(next) with { Reason = x.Reason, Cause = x.Parent, WaitingSince = null },
            ProcessEvent.Reopened => next with
            {
                Counted = 0,
                NewParents = [],
                ResultHash = null,
                Reason = null,
                Cause = null,
                WaitsFrom = e.At,
                BlockedUntil = e.To == ProcessStatus.Blocked ? state.Limits.NotBefore : null,
                WaitingSince = e.To == ProcessStatus.Waiting ? e.At : null,
            },
            _ => next,
        };
    }

    /// <summary>The place in the queue that a spec asks for; null when it asks for none.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="submitted">When it was submitted.</param>
    public static DateTimeOffset? PlaceOf(ProcessSpec spec, DateTimeOffset submitted) => spec.HeadStart is { } ahead ? submitted.AddSeconds(-ahead) : null;

    private static ProcessState Submitted(ProcessState state, ProcessEvent.Submitted e) => state with
    {
        Queue = e.Spec.Queue,
        Lane = e.Lane,
        Requirements = Requirements.Of(e.Spec),
        OnConflict = e.Spec.Concurrency?.OnConflict ?? ConflictPolicy.Queue,
        Fingerprint = e.Fingerprint,
        Priority = e.Spec.Priority,
        Place = PlaceOf(e.Spec, e.At),
        Limits = e.Spec.Limits,
        HasParents = !e.Spec.After.IsEmpty,
        ParentsDone = e.Spec.After.IsEmpty,
        Workflow = e.Spec.Workflow,
        WaitsFrom = e.At,
        WaitingSince = e.To == ProcessStatus.Waiting ? e.At : null,
        BlockedUntil = e.To == ProcessStatus.Blocked ? e.Spec.Limits.NotBefore : null,
    };

    private static ProcessState WithoutAttempt(ProcessState state) => state with
    {
        Executor = null,
        Demand = null,
        Slots = [],
        LeaseUntil = null,
        ExecUntil = null,
        BlockedUntil = null,
    };

    private static ProcessState Remember(ProcessState state, ProcessEvent e)
    {
        if (e.CommandId.Length == 0 || state.Commands.Contains(e.CommandId))
        {
            return state;
        }

        var kept = state.Commands.Length < ProcessState.RememberedCommands ? state.Commands : state.Commands.RemoveAt(0);
        return state with { Commands = kept.Add(e.CommandId) };
    }
}
