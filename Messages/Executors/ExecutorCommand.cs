using Muster.Messages.Processes;

namespace Muster.Messages.Executors;

/// <summary>What a registered executor is asked to do. A repetition with the same <see cref="CommandId"/> is answered again and not applied again.</summary>
public abstract record ExecutorCommand : IMusterMessage, IForExecutor
{
    /// <inheritdoc />
    public required ExecutorId Executor { get; init; }

    /// <summary>Chosen by the sender, the same in every repetition.</summary>
    public required string CommandId { get; init; }

    /// <summary>Who asks.</summary>
    public string? By { get; init; }

    /// <summary>Be known, with these capabilities; replaces what was known.</summary>
    public sealed record Register : ExecutorCommand
    {
        /// <summary>What it is and can do.</summary>
        public required Capability Capability { get; init; }
    }

    /// <summary>It is there.</summary>
    public sealed record Seen : ExecutorCommand;

    /// <summary>No longer be known; its attempts are given back, not counted.</summary>
    public sealed record Remove : ExecutorCommand;
}
