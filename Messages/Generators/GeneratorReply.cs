namespace Muster.Messages.Generators;

/// <summary>The answer to a <see cref="GeneratorCommand"/>; what it grants is durable.</summary>
public abstract record GeneratorReply : IMusterMessage
{
    /// <summary>The generator that answers.</summary>
    public required GeneratorId Generator { get; init; }

    /// <summary>It is so.</summary>
    public sealed record Done : GeneratorReply
    {
        /// <summary>How many arguments wait for a run.</summary>
        public int Waiting { get; init; }
    }

    /// <summary>It changed nothing.</summary>
    public sealed record Refused : GeneratorReply
    {
        /// <summary>The kind of refusal.</summary>
        public required Problem Problem { get; init; }

        /// <summary>What is wrong and what to do.</summary>
        public required string Message { get; init; }
    }
}
