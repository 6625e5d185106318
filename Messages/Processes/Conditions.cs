using System.Collections.Immutable;

namespace Muster.Messages.Processes;

/// <summary>Who may take a process. What is empty does not restrict.</summary>
public sealed record Conditions
{
    /// <summary>Executor types, any of which will do.</summary>
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary>Executor ids, any of which will do.</summary>
    public ImmutableArray<string> Executors { get; init; } = [];

    /// <summary>Labels that the executor must carry with these values.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Where the executor must be.</summary>
    public string? Location { get; init; }

    /// <summary>Amounts that the executor must have at least, by name.</summary>
    public ImmutableSortedDictionary<string, double> Resources { get; init; } = ImmutableSortedDictionary<string, double>.Empty;
}
