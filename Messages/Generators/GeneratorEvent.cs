using System.Collections.Immutable;
using System.Text.Json;

namespace Muster.Messages.Generators;

/// <summary>What happened to a generator.</summary>
public abstract record GeneratorEvent : IMusterMessage
{
    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The command that caused it.</summary>
    public required string CommandId { get; init; }

    /// <summary>Who caused it.</summary>
    public string? By { get; init; }

    /// <summary>How far the generator is after it.</summary>
    public required GeneratorProgress Progress { get; init; }

    /// <summary>An event that says all of the generator.</summary>
    public abstract record OfAll : GeneratorEvent
    {
        /// <summary>How many arguments make a run, and of what.</summary>
        public required GeneratorSpec Spec { get; init; }

        /// <summary>When the generator was made.</summary>
        public required DateTimeOffset CreatedAt { get; init; }

        /// <summary>Who made it; its work is submitted in this name.</summary>
        public string? CreatedBy { get; init; }
    }

    /// <summary>It was made.</summary>
    public sealed record Created : OfAll;

    /// <summary>All of it, said anew so that the events before it can go.</summary>
    public sealed record Kept : OfAll
    {
        /// <summary>The arguments that wait, the oldest first.</summary>
        public ImmutableArray<JsonElement> Args { get; init; } = [];

        /// <summary>The last commands, so that a repeated one is known.</summary>
        public ImmutableArray<string> Commands { get; init; } = [];
    }

    /// <summary>It no longer exists.</summary>
    public sealed record Removed : GeneratorEvent;

    /// <summary>Arguments were packed.</summary>
    public sealed record Packed : GeneratorEvent
    {
        /// <summary>The arguments.</summary>
        public required ImmutableArray<JsonElement> Args { get; init; }
    }

    /// <summary>A run took the oldest arguments.</summary>
    public sealed record Ran : GeneratorEvent
    {
        /// <summary>The run.</summary>
        public required GeneratorRun Run { get; init; }
    }

    /// <summary>The work of a run is submitted.</summary>
    public sealed record Fired : GeneratorEvent
    {
        /// <summary>The run.</summary>
        public required GeneratorRun Run { get; init; }
    }

    /// <summary>The work of a run was refused, and will not be submitted.</summary>
    public sealed record Rejected : GeneratorEvent
    {
        /// <summary>The run.</summary>
        public required GeneratorRun Run { get; init; }

        /// <summary>Why.</summary>
        public required string Reason { get; init; }
    }
}
