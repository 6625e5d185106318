using System.Collections.Immutable;

namespace Muster.Messages.Processes;

/// <summary>What a process is told without being asked for a change of its own; each may come twice or late.</summary>
public abstract record ProcessSignal : IMusterMessage, IForProcess
{
    /// <inheritdoc />
    public required ProcessId Process { get; init; }

    /// <summary>A deadline has passed: look at the limits.</summary>
    public sealed record Wake : ProcessSignal;

    /// <summary>A parent may be final: look at the parents.</summary>
    public sealed record LookAtParents : ProcessSignal;

    /// <summary>The queue has it.</summary>
    public sealed record Enqueued : ProcessSignal
    {
        /// <summary>Whether the queue has so much before it that the process need not stay in memory.</summary>
        public bool LongWait { get; init; }
    }

    /// <summary>The queue has heard of the end of an attempt.</summary>
    public sealed record EndNoted : ProcessSignal
    {
        /// <summary>The number of the attempt.</summary>
        public required int Attempt { get; init; }
    }

    /// <summary>Tell the sender when the process is final, at once if it is.</summary>
    public sealed record Await : ProcessSignal;

    /// <summary>Answers <see cref="Await"/>.</summary>
    public sealed record IsFinal : ProcessSignal
    {
        /// <summary>The final state.</summary>
        public required ProcessStatus Status { get; init; }
    }

    /// <summary>The assignment, handed to who asked.</summary>
    public sealed record Assignment : ProcessSignal
    {
        /// <summary>The demand that it answers.</summary>
        public required string Demand { get; init; }

        /// <summary>The number of the attempt.</summary>
        public required int Attempt { get; init; }

        /// <summary>What to run.</summary>
        public required ProcessSpec Spec { get; init; }

        /// <summary>When the attempt is taken back for silence.</summary>
        public DateTimeOffset? LeaseUntil { get; init; }

        /// <summary>When the attempt is taken back for its duration.</summary>
        public DateTimeOffset? ExecUntil { get; init; }

        /// <summary>What the attempt before left for this one.</summary>
        public System.Text.Json.JsonElement? Checkpoint { get; init; }
    }
}
