using Muster.Messages.Processes;

namespace Muster.Messages.Executors;

/// <summary>What happened to a registered executor.</summary>
public abstract record ExecutorEvent : IMusterMessage
{
    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The command that caused it.</summary>
    public required string CommandId { get; init; }

    /// <summary>Who caused it.</summary>
    public string? By { get; init; }

    /// <summary>It is known, with these capabilities.</summary>
    public sealed record Registered : ExecutorEvent
    {
        /// <summary>What it is and can do.</summary>
        public required Capability Capability { get; init; }
    }

    /// <summary>It is no longer known.</summary>
    public sealed record Removed : ExecutorEvent;
}
