using System.Collections.ObjectModel;

namespace Muster.Client;

/// <summary>A registered executor as it was when the gateway answered.</summary>
public sealed record ExecutorSnapshot
{
    /// <summary>Its id.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Its namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>The types that it belongs to.</summary>
    public IReadOnlyList<string> Types { get => field ?? []; init; }

    /// <summary>The functions that it offers; empty means any.</summary>
    public IReadOnlyList<string> Functions { get => field ?? []; init; }

    /// <summary>The runtimes that it has.</summary>
    public IReadOnlyList<string> Runtimes { get => field ?? []; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get => field ?? ReadOnlyDictionary<string, string>.Empty; init; }

    /// <summary>Where it is.</summary>
    public string? Location { get; init; }

    /// <summary>The amounts that it has, by name.</summary>
    public IReadOnlyDictionary<string, double> Resources { get => field ?? ReadOnlyDictionary<string, double>.Empty; init; }

    /// <summary>When it registered.</summary>
    public DateTimeOffset? RegisteredAt { get; init; }

    /// <summary>When it was last heard of; written at most once a minute.</summary>
    public DateTimeOffset? LastSeen { get; init; }
}
