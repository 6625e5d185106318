namespace Muster.Client;

/// <summary>What the gateway says about a refusal (<c>application/problem+json</c>).</summary>
public sealed record MusterProblem
{
    /// <summary>The kind of problem, a URI.</summary>
    public string? Type { get; init; }

    /// <summary>The kind of problem, in words.</summary>
    public string? Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>What was wrong and what to do.</summary>
    public string? Detail { get; init; }

    /// <summary>The field of the request that was wrong; null when none is to blame.</summary>
    public string? Field { get; init; }
}
