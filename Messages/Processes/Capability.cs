using System.Collections.Immutable;

namespace Muster.Messages.Processes;

/// <summary>What an executor that asks for work is and can do.</summary>
public sealed record Capability
{
    /// <summary>The id of the executor.</summary>
    public required string Executor { get; init; }

    /// <summary>The types that it belongs to.</summary>
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary>The functions that it offers; empty means any.</summary>
    public ImmutableArray<string> Functions { get; init; } = [];

    /// <summary>The runtimes that it has; processes that name one go only to who has it.</summary>
    public ImmutableArray<string> Runtimes { get; init; } = [];

    /// <summary>Whether it takes only processes that name one of its runtimes; without, it also takes those that name none.</summary>
    public bool NamedRuntimeOnly { get; init; }

    /// <summary>Its labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Where it is.</summary>
    public string? Location { get; init; }

    /// <summary>The amounts that it has, by name.</summary>
    public ImmutableSortedDictionary<string, double> Resources { get; init; } = ImmutableSortedDictionary<string, double>.Empty;
}
