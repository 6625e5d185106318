using System.Collections.Immutable;
using System.Text.Json;
using Muster.Messages.Processes;

namespace Muster.Engine.Processes.Rules;

/// <summary>Makes the events of one decision, each with what every event carries.</summary>
internal sealed class Change(ProcessState state, Moment moment, ProcessCommand? command = null)
{
    public ProcessState State => state;

    public Moment Moment => moment;

    public ProcessEvent Assigned(int attempt, ProcessCommand.Offer offer, DateTimeOffset? leaseUntil, DateTimeOffset? execUntil) => Due(new ProcessEvent.Assigned
    {
        At = moment.Now,
        CommandId = Id,
        By = By,
        Queue = state.Queue,
        From = state.Status,
        To = ProcessStatus.Running,
        Attempt = attempt,
        Executor = offer.Executor,
        Demand = offer.Demand,
        LeaseUntil = leaseUntil,
        ExecUntil = execUntil,
        Slots = offer.Slots,
    });

    public ProcessEvent Unblocked(ProcessStatus to = ProcessStatus.Waiting) => Due(new ProcessEvent.Unblocked
    {
        At = moment.Now,
        CommandId = Id,
        By = By,
        Queue = state.Queue,
        From = state.Status,
        To = to,
    });

    public ProcessEvent AttemptEnded(AttemptOutcome outcome, bool counted, string? error, ProcessStatus to, DateTimeOffset? retryAt = null) => Due(new ProcessEvent.AttemptEnded
    {
        At = moment.Now,
        CommandId = Id,
        By = By,
        Queue = state.Queue,
        From = state.Status,
        To = to,
        Attempt = state.Attempt,
        Outcome = outcome,
        Counted = counted,
        Error = error,
        RetryAt = retryAt,
        Slots = state.Slots,
    });

    public ProcessEvent Succeeded(JsonElement? result, string hash) => Due(new ProcessEvent.Succeeded
    {
        At = moment.Now,
        CommandId = Id,
        By = By,
        Queue = state.Queue,
        From = state.Status,
        To = ProcessStatus.Succeeded,
        Attempt = state.Attempt,
        Result = result,
        ResultHash = hash,
        Slots = state.Slots,
    });

    public ProcessEvent Failed(string reason, FailureKind kind, string? parent = null, JsonElement? result = null) => Due(new ProcessEvent.Failed
    {
        At = moment.Now,
        CommandId = Id,
        By = By,
        Queue = state.Queue,
        From = state.Status,
        To = ProcessStatus.Failed,
        Reason = reason,
        Kind = kind,
        Result = result,
        Parent = parent,
    });

    public ProcessEvent Cancelled(string reason, string? parent = null) => Due(new ProcessEvent.Cancelled
    {
        At = moment.Now,
        CommandId = Id,
        By = By,
        Queue = state.Queue,
        From = state.Status,
        To = ProcessStatus.Cancelled,
        Reason = reason,
        Parent = parent,
    });

    public ProcessEvent Reopened(string reason, ProcessStatus to) => Due(new ProcessEvent.Reopened
    {
        At = moment.Now,
        CommandId = Id,
        By = By,
        Queue = state.Queue,
        From = state.Status,
        To = to,
        Reason = reason,
    });

    public ProcessEvent AttributesSet(ImmutableSortedDictionary<string, string?> attributes) => Due(new ProcessEvent.AttributesSet
    {
        At = moment.Now,
        CommandId = Id,
        By = By,
        Queue = state.Queue,
        From = state.Status,
        To = state.Status,
        Attributes = attributes,
    });

    public ProcessEvent ParentAdded(string parent) => Due(new ProcessEvent.ParentAdded
    {
        At = moment.Now,
        CommandId = Id,
        By = By,
        Queue = state.Queue,
        From = state.Status,
        To = state.Status,
        Parent = parent,
    });

    public ProcessEvent PriorityChanged(int priority) => Due(new ProcessEvent.PriorityChanged
    {
        At = moment.Now,
        CommandId = Id,
        By = By,
        Queue = state.Queue,
        From = state.Status,
        To = state.Status,
        Priority = priority,
    });

    private string Id => command?.CommandId ?? "";

    private string? By => command?.By;

    private ProcessEvent Due(ProcessEvent e) => e with
    {
        Place = e.To == ProcessStatus.Waiting ? state.Place : null,
        NextDeadline = Deadlines.Next(Evolution.Evolve(state, e)),
    };
}
