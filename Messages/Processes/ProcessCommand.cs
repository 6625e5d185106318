using System.Collections.Immutable;
using System.Text.Json;

namespace Muster.Messages.Processes;

/// <summary>What a process is asked to do. Every command may be repeated: the same <see cref="CommandId"/> is answered again and not applied again.</summary>
public abstract record ProcessCommand : IMusterMessage, IForProcess
{
    /// <inheritdoc />
    public required ProcessId Process { get; init; }

    /// <summary>Chosen by the sender, the same in every repetition.</summary>
    public required string CommandId { get; init; }

    /// <summary>Who asks: a key, an executor or a node.</summary>
    public string? By { get; init; }

    /// <summary>Exist.</summary>
    public sealed record Submit : ProcessCommand
    {
        /// <summary>What to run.</summary>
        public required ProcessSpec Spec { get; init; }

        /// <summary>A hash over the spec.</summary>
        public required string Fingerprint { get; init; }

        /// <summary>When it was taken, if it came with others: they wait in the order in which they came. Null: when the process hears of it.</summary>
        public DateTimeOffset? At { get; init; }
    }

    /// <summary>A queue offers the process to a demand.</summary>
    public sealed record Offer : ProcessCommand
    {
        /// <summary>The demand that the attempt will answer.</summary>
        public required string Demand { get; init; }

        /// <summary>Who will run it.</summary>
        public required string Executor { get; init; }

        /// <summary>Who gets the assignment.</summary>
        public required ActorRef Requester { get; init; }

        /// <summary>The places under limits that the attempt takes.</summary>
        public ImmutableArray<SlotClaim> Slots { get; init; } = [];
    }

    /// <summary>A command of the worker that holds an attempt; refused for any other attempt.</summary>
    public abstract record OfAttempt : ProcessCommand
    {
        /// <summary>The number of the attempt.</summary>
        public required int Attempt { get; init; }
    }

    /// <summary>The attempt is alive.</summary>
    public sealed record Heartbeat : OfAttempt
    {
        /// <summary>What the next attempt should know, should this one be lost; absent keeps the last.</summary>
        public JsonElement? Checkpoint { get; init; }
    }

    /// <summary>The attempt says how far it is; counts as a heartbeat.</summary>
    public sealed record Progress : OfAttempt
    {
        /// <summary>The share done, 0 to 1.</summary>
        public double? Fraction { get; init; }

        /// <summary>What it is doing.</summary>
        public string? Message { get; init; }
    }

    /// <summary>The attempt wrote log lines; counts as a heartbeat.</summary>
    public sealed record AppendLog : OfAttempt
    {
        /// <summary>The lines.</summary>
        public required ImmutableArray<LogLine> Lines { get; init; }

        /// <summary>Who wrote them as messages of its own, whose sequence is their time in nanoseconds since 1970; null for the output of a command.</summary>
        public string? Executor { get; init; }
    }

    /// <summary>The attempt completed the process.</summary>
    public sealed record Complete : OfAttempt
    {
        /// <summary>What it returned.</summary>
        public JsonElement? Result { get; init; }

        /// <summary>A hash over the result.</summary>
        public required string ResultHash { get; init; }
    }

    /// <summary>The attempt failed.</summary>
    public sealed record Fail : OfAttempt
    {
        /// <summary>What went wrong.</summary>
        public required string Error { get; init; }

        /// <summary>Whether trying again may help.</summary>
        public bool Retryable { get; init; } = true;

        /// <summary>What it returned with the failure; kept when the process fails by it for good.</summary>
        public JsonElement? Result { get; init; }
    }

    /// <summary>The attempt is given back and not counted.</summary>
    public sealed record Release : OfAttempt
    {
        /// <summary>Why.</summary>
        public string? Reason { get; init; }

        /// <summary>Whether it is said for a worker that never got the assignment. Refused when that worker has said something of the attempt: then it has it.</summary>
        public bool Undelivered { get; init; }
    }

    /// <summary>The worker of the attempt is gone; counted.</summary>
    public sealed record WorkerLost : OfAttempt
    {
        /// <summary>What is known about the loss.</summary>
        public string? Reason { get; init; }
    }

    /// <summary>Stop for good.</summary>
    public sealed record Cancel : ProcessCommand
    {
        /// <summary>Why.</summary>
        public string? Reason { get; init; }
    }

    /// <summary>Fail for good without an attempt: the queue refuses it.</summary>
    public sealed record Reject : ProcessCommand
    {
        /// <summary>Why.</summary>
        public required string Reason { get; init; }
    }

    /// <summary>Fail for good, whatever it does: something else of its workflow has failed. What is final stays as it is.</summary>
    public sealed record Abort : ProcessCommand
    {
        /// <summary>Why.</summary>
        public required string Reason { get; init; }

        /// <summary>The process whose failure is the reason: when that one is retried, this one reopens.</summary>
        public string? Cause { get; init; }
    }

    /// <summary>Wait for one more parent. Refused unless it is blocked by its parents.</summary>
    public sealed record AddParent : ProcessCommand
    {
        /// <summary>The id of the parent. It holds the process back from now on, also while it does not exist yet.</summary>
        public required string Parent { get; init; }
    }

    /// <summary>Start a new series of attempts on a final process.</summary>
    public sealed record Retry : ProcessCommand
    {
        /// <summary>Why.</summary>
        public string? Reason { get; init; }

        /// <summary>Set when the retry of this parent caused it: only a process that ended because of that parent reopens.</summary>
        public string? Parent { get; init; }
    }

    /// <summary>Change its place in the queue.</summary>
    public sealed record SetPriority : ProcessCommand
    {
        /// <summary>The priority from now on.</summary>
        public required int Priority { get; init; }
    }

    /// <summary>Attach values.</summary>
    public sealed record SetAttributes : ProcessCommand
    {
        /// <summary>The values by name; null removes one.</summary>
        public required ImmutableSortedDictionary<string, string?> Attributes { get; init; }

        /// <summary>Refused unless this attempt holds the process; null for whoever may attach values at any time.</summary>
        public int? Attempt { get; init; }
    }
}
