namespace Muster.Messages.Inspection;

/// <summary>What the inspector of a node is asked. It answers with the <see cref="NodeAnswer"/> of the same name, or with <see cref="NodeAnswer.Refused"/>.</summary>
public abstract record NodeQuestion : IMusterMessage
{
    /// <summary>What the node is and how it does.</summary>
    public sealed record Facts : NodeQuestion;

    /// <summary>Which actors live on the node.</summary>
    public sealed record Actors : NodeQuestion
    {
        /// <summary>From where, like <c>/user/core</c>; everything from <c>/</c>.</summary>
        public required string Path { get; init; }

        /// <summary>How many levels below it; 0 for itself only.</summary>
        public required int Depth { get; init; }
    }

    /// <summary>What the node has logged last.</summary>
    public sealed record Logs : NodeQuestion
    {
        /// <summary>Only lines with a higher number.</summary>
        public required long After { get; init; }

        /// <summary>How many at the most, the newest.</summary>
        public required int Max { get; init; }
    }

    /// <summary>Log more, or less, for a while.</summary>
    public sealed record Level : NodeQuestion
    {
        /// <summary>The beginning of the names of loggers, like <c>Muster.Gateway</c>; empty for all that have no level of their own.</summary>
        public required string Logger { get; init; }

        /// <summary>The level: trace, debug, information, warning, error, critical or none.</summary>
        public required string Minimum { get; init; }

        /// <summary>How long; then it is as before.</summary>
        public required TimeSpan For { get; init; }
    }

    /// <summary>The settings in force.</summary>
    public sealed record Settings : NodeQuestion
    {
        /// <summary>Those under this path of the actor system's configuration, like <c>akka.cluster</c>; empty for those of the program.</summary>
        public required string Path { get; init; }
    }

    /// <summary>Whether an entity is in the memory of the node.</summary>
    public sealed record Find : NodeQuestion
    {
        /// <summary>The type of its shards, like <c>process</c>.</summary>
        public required string Type { get; init; }

        /// <summary>Its id there, like <c>default/hello</c>.</summary>
        public required string Entity { get; init; }
    }

    /// <summary>Take no more work, and finish or give back what is under way. Answered with <see cref="NodeAnswer.Duty"/> at once.</summary>
    public sealed record Drain : NodeQuestion
    {
        /// <summary>How long running attempts may go on; then they are cancelled and given back, not counted.</summary>
        public required TimeSpan Deadline { get; init; }
    }

    /// <summary>Take work again. Answered with <see cref="NodeAnswer.Duty"/> at once.</summary>
    public sealed record Undrain : NodeQuestion;
}
