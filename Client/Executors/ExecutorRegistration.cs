namespace Muster.Client;

/// <summary>What an executor is and can do.</summary>
public sealed record ExecutorRegistration
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its namespace; the client's when null.</summary>
    public string? Namespace { get; init; }

    /// <summary>The types that it belongs to.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>The functions that it offers; empty means any.</summary>
    public IReadOnlyList<string> Functions { get; init; } = [];

    /// <summary>The runtimes that it has.</summary>
    public IReadOnlyList<string> Runtimes { get; init; } = [];

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it is.</summary>
    public string? Location { get; init; }

    /// <summary>The amounts that it has, by name.</summary>
    public IReadOnlyDictionary<string, double> Resources { get; init; } = new Dictionary<string, double>();
}
