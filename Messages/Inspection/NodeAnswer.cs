using System.Collections.Immutable;

namespace Muster.Messages.Inspection;

/// <summary>What the inspector of a node answers to a <see cref="NodeQuestion"/>.</summary>
public abstract record NodeAnswer : IMusterMessage
{
    /// <summary>What the node is and how it does.</summary>
    public sealed record Facts : NodeAnswer
    {
        /// <summary>The machine's name.</summary>
        public required string Machine { get; init; }

        /// <summary>The number of the process there.</summary>
        public required int ProcessId { get; init; }

        /// <summary>Since when the node runs.</summary>
        public required DateTimeOffset StartedAt { get; init; }

        /// <summary>How long it has run.</summary>
        public required TimeSpan Uptime { get; init; }

        /// <summary>The versions of what it is made of, by name.</summary>
        public required ImmutableSortedDictionary<string, string> Versions { get; init; }

        /// <summary>How many processors it has.</summary>
        public required int Processors { get; init; }

        /// <summary>The memory of the process, in bytes.</summary>
        public required long WorkingSet { get; init; }

        /// <summary>The part of it that objects have, in bytes.</summary>
        public required long Heap { get; init; }

        /// <summary>The processor time that it has used.</summary>
        public required TimeSpan ProcessorTime { get; init; }

        /// <summary>The threads of the pool.</summary>
        public required int Threads { get; init; }

        /// <summary>Its connections to other nodes.</summary>
        public required ImmutableArray<Association> Associations { get; init; }

        /// <summary>The paths of the cluster singletons that live here.</summary>
        public required ImmutableArray<string> Singletons { get; init; }

        /// <summary>The levels of loggers that were changed for a while.</summary>
        public required ImmutableArray<LevelChange> Levels { get; init; }

        /// <summary>Whether it takes work: none, working, draining or drained; null from a version that does not say.</summary>
        public string? Work { get; init; }
    }

    /// <summary>Which actors live on the node.</summary>
    public sealed record Actors : NodeAnswer
    {
        /// <summary>Their paths, sorted.</summary>
        public required ImmutableArray<string> Paths { get; init; }

        /// <summary>Whether there are more than are told.</summary>
        public required bool Cut { get; init; }
    }

    /// <summary>What the node has logged last.</summary>
    public sealed record Logs : NodeAnswer
    {
        /// <summary>The lines, the oldest first.</summary>
        public required ImmutableArray<NodeLogLine> Lines { get; init; }

        /// <summary>The number of the last line that it has; ask for those after it.</summary>
        public required long Last { get; init; }
    }

    /// <summary>The level of loggers is changed.</summary>
    public sealed record Level : NodeAnswer
    {
        /// <summary>The change.</summary>
        public required LevelChange Change { get; init; }
    }

    /// <summary>The settings in force; secrets are masked.</summary>
    public sealed record Settings : NodeAnswer
    {
        /// <summary>The values by path.</summary>
        public required ImmutableSortedDictionary<string, string> Values { get; init; }
    }

    /// <summary>Whether an entity is in the memory of the node.</summary>
    public sealed record Find : NodeAnswer
    {
        /// <summary>Whether it is.</summary>
        public required bool IsHere { get; init; }
    }

    /// <summary>Whether the node takes work from now on.</summary>
    public sealed record Duty : NodeAnswer
    {
        /// <summary>working, draining or drained.</summary>
        public required string State { get; init; }
    }

    /// <summary>It cannot be answered.</summary>
    public sealed record Refused : NodeAnswer
    {
        /// <summary>Why, and what to do.</summary>
        public required string Why { get; init; }
    }
}
