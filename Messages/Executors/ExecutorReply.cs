namespace Muster.Messages.Executors;

/// <summary>The answer to an <see cref="ExecutorCommand"/>.</summary>
public abstract record ExecutorReply : IMusterMessage
{
    /// <summary>The executor that answers.</summary>
    public required ExecutorId Executor { get; init; }

    /// <summary>It is so.</summary>
    public sealed record Done : ExecutorReply
    {
        /// <summary>Whether it was known before.</summary>
        public bool Existed { get; init; }
    }

    /// <summary>It changed nothing.</summary>
    public sealed record Refused : ExecutorReply
    {
        /// <summary>The kind of refusal.</summary>
        public required Problem Problem { get; init; }

        /// <summary>What is wrong and what to do.</summary>
        public required string Message { get; init; }
    }
}
