using Muster.Gateway.Native.Wire;
using Muster.Messages.Processes;

namespace Muster.Gateway.Native;

/// <summary>An event as history and event stream show it.</summary>
internal static class History
{
    public static HistoryItemWire Of(ProcessEvent? e)
    {
        if (e is null)
        {
            return new HistoryItemWire { Event = "damaged", Reason = "This event cannot be read." };
        }

        var (name, attempt, reason) = e switch
        {
            ProcessEvent.Submitted => ("submitted", null, null),
            ProcessEvent.Unblocked => ("unblocked", null, null),
            ProcessEvent.Assigned x => ("assigned", x.Attempt, $"to {x.Executor}"),
            ProcessEvent.AttemptEnded x => ("attemptEnded", x.Attempt, $"{Word(x.Outcome)}{(x.Counted ? "" : ", not counted")}{(x.Error is null ? "" : $": {x.Error}")}{(x.RetryAt is { } at ? $" Next attempt at {at:O}." : "")}"),
            ProcessEvent.AttributesSet x => ("attributesSet", null, string.Join(", ", x.Attributes.Keys)),
            ProcessEvent.ParentAdded x => ("parentAdded", null, $"waits for {x.Parent} too"),
            ProcessEvent.PriorityChanged x => ("priorityChanged", null, $"to {x.Priority}"),
            ProcessEvent.Succeeded x => ("succeeded", x.Attempt, null),
            ProcessEvent.Failed x => ("failed", null, x.Reason),
            ProcessEvent.Cancelled x => ("cancelled", null, x.Reason),
            ProcessEvent.Reopened x => ("reopened", (int?)null, x.Reason),
            _ => (e.GetType().Name, null, null),
        };
        return new HistoryItemWire { At = e.At, Event = name, From = e.From == ProcessStatus.None ? null : e.From, To = e.To, By = e.By, Attempt = attempt, Reason = reason };
    }

    private static string Word(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.MaxExec => "max exec reached",
        AttemptOutcome.LeaseLost => "lease lost",
        AttemptOutcome.WorkerLost => "worker lost",
        _ => outcome.ToString().ToLowerInvariant(),
    };
}
