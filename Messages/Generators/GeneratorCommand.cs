using System.Collections.Immutable;
using System.Text.Json;

namespace Muster.Messages.Generators;

/// <summary>What a generator is asked to do. A repetition with the same <see cref="CommandId"/> is answered again and not applied again.</summary>
public abstract record GeneratorCommand : IMusterMessage, IForGenerator
{
    /// <inheritdoc />
    public required GeneratorId Generator { get; init; }

    /// <summary>Chosen by the sender, the same in every repetition.</summary>
    public required string CommandId { get; init; }

    /// <summary>Who asks.</summary>
    public string? By { get; init; }

    /// <summary>Exist. One that exists is a conflict.</summary>
    public sealed record Create : GeneratorCommand
    {
        /// <summary>How many arguments make a run, and of what.</summary>
        public required GeneratorSpec Spec { get; init; }
    }

    /// <summary>No longer exist; arguments that wait are gone, what it has fired goes on.</summary>
    public sealed record Remove : GeneratorCommand;

    /// <summary>Keep these arguments, in this order, for the next runs.</summary>
    public sealed record Pack : GeneratorCommand
    {
        /// <summary>The arguments.</summary>
        public required ImmutableArray<JsonElement> Args { get; init; }
    }
}
