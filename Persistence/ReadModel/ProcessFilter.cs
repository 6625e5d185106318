using System.Collections.Immutable;
using Muster.Messages.Processes;

namespace Muster.Persistence.ReadModel;

/// <summary>Which processes; everything absent matches all.</summary>
public sealed record ProcessFilter
{
    /// <summary>The namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Any of these states.</summary>
    public ImmutableArray<ProcessStatus> Statuses { get; init; } = [];

    /// <summary>The queue.</summary>
    public string? Queue { get; init; }

    /// <summary>The workflow that it is a node of.</summary>
    public string? Workflow { get; init; }

    /// <summary>The function.</summary>
    public string? Func { get; init; }

    /// <summary>The name.</summary>
    public string? Name { get; init; }

    /// <summary>The executor of the last attempt.</summary>
    public string? Executor { get; init; }

    /// <summary>Who submitted it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>All of these labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Submitted at or after.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Submitted before.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }
}
