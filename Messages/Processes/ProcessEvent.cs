using System.Collections.Immutable;
using System.Text.Json;

namespace Muster.Messages.Processes;

/// <summary>What happened to a process. Each event carries all that its row in the read model needs.</summary>
public abstract record ProcessEvent : IMusterMessage
{
    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The command that caused it; kept so that a repeated command is answered and not applied.</summary>
    public required string CommandId { get; init; }

    /// <summary>Who caused it: a key, an executor or a node; the process itself when absent.</summary>
    public string? By { get; init; }

    /// <summary>The queue that the process belongs to.</summary>
    public required string Queue { get; init; }

    /// <summary>The state before.</summary>
    public required ProcessStatus From { get; init; }

    /// <summary>The state after.</summary>
    public required ProcessStatus To { get; init; }

    /// <summary>Its place in the queue when it waits and its spec names one; it stands where it began to wait when absent.</summary>
    public DateTimeOffset? Place { get; init; }

    /// <summary>When the process must act next; absent when it need not.</summary>
    public DateTimeOffset? NextDeadline { get; init; }

    /// <summary>It exists.</summary>
    public sealed record Submitted : ProcessEvent
    {
        /// <summary>What was submitted.</summary>
        public required ProcessSpec Spec { get; init; }

        /// <summary>A hash over the spec; tells a repeated submit from another one under the same id.</summary>
        public required string Fingerprint { get; init; }

        /// <summary>The lane within its queue.</summary>
        public required string Lane { get; init; }
    }

    /// <summary>What it waited for is over; it stands in its queue now. Or only its parents are done, and it stays blocked until its start time.</summary>
    public sealed record Unblocked : ProcessEvent;

    /// <summary>An attempt holds it.</summary>
    public sealed record Assigned : ProcessEvent
    {
        /// <summary>The number of the attempt.</summary>
        public required int Attempt { get; init; }

        /// <summary>Who runs it.</summary>
        public required string Executor { get; init; }

        /// <summary>The demand that it answers; the same demand asked again gets the same attempts.</summary>
        public required string Demand { get; init; }

        /// <summary>When the attempt is taken back for silence, unless a heartbeat comes.</summary>
        public DateTimeOffset? LeaseUntil { get; init; }

        /// <summary>When the attempt is taken back for its duration.</summary>
        public DateTimeOffset? ExecUntil { get; init; }

        /// <summary>The places under limits that it takes until it ends.</summary>
        public ImmutableArray<SlotClaim> Slots { get; init; } = [];
    }

    /// <summary>The attempt is over and did not complete the process.</summary>
    public sealed record AttemptEnded : ProcessEvent
    {
        /// <summary>The number of the attempt.</summary>
        public required int Attempt { get; init; }

        /// <summary>How it ended.</summary>
        public required AttemptOutcome Outcome { get; init; }

        /// <summary>Whether it counts against max retries.</summary>
        public required bool Counted { get; init; }

        /// <summary>What went wrong.</summary>
        public string? Error { get; init; }

        /// <summary>When the next attempt may start; the jitter is already in it.</summary>
        public DateTimeOffset? RetryAt { get; init; }

        /// <summary>The places that it gives back.</summary>
        public ImmutableArray<SlotClaim> Slots { get; init; } = [];
    }

    /// <summary>Values that somebody attached.</summary>
    public sealed record AttributesSet : ProcessEvent
    {
        /// <summary>The values by name; null removes one.</summary>
        public required ImmutableSortedDictionary<string, string?> Attributes { get; init; }
    }

    /// <summary>It waits for one more parent.</summary>
    public sealed record ParentAdded : ProcessEvent
    {
        /// <summary>The id of the parent.</summary>
        public required string Parent { get; init; }
    }

    /// <summary>Another place in the queue.</summary>
    public sealed record PriorityChanged : ProcessEvent
    {
        /// <summary>The priority from now on.</summary>
        public required int Priority { get; init; }
    }

    /// <summary>Final: an attempt completed it.</summary>
    public sealed record Succeeded : ProcessEvent
    {
        /// <summary>The attempt that did.</summary>
        public required int Attempt { get; init; }

        /// <summary>What it returned.</summary>
        public JsonElement? Result { get; init; }

        /// <summary>A hash over the result; tells a repeated complete from another one.</summary>
        public required string ResultHash { get; init; }

        /// <summary>The places that it gives back.</summary>
        public ImmutableArray<SlotClaim> Slots { get; init; } = [];
    }

    /// <summary>Final: it will not be tried again.</summary>
    public sealed record Failed : ProcessEvent
    {
        /// <summary>Why, in words.</summary>
        public required string Reason { get; init; }

        /// <summary>What made it fail.</summary>
        public FailureKind Kind { get; init; }

        /// <summary>What the last attempt returned with its failure.</summary>
        public JsonElement? Result { get; init; }

        /// <summary>The parent whose failure caused it; when that parent is reopened, so is this.</summary>
        public string? Parent { get; init; }
    }

    /// <summary>Final: somebody cancelled it.</summary>
    public sealed record Cancelled : ProcessEvent
    {
        /// <summary>Why, in words.</summary>
        public required string Reason { get; init; }

        /// <summary>The parent whose cancellation caused it; when that parent is reopened, so is this.</summary>
        public string? Parent { get; init; }
    }

    /// <summary>No longer final: somebody asked for a new series of attempts.</summary>
    public sealed record Reopened : ProcessEvent
    {
        /// <summary>Why, in words.</summary>
        public required string Reason { get; init; }
    }
}
