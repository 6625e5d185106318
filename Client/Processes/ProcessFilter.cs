namespace Muster.Client;

/// <summary>Which processes are meant. What is null or empty does not restrict.</summary>
public sealed record ProcessFilter
{
    /// <summary>States, any of which will do.</summary>
    public IReadOnlyList<ProcessStatus>? Statuses { get; init; }

    /// <summary>The queue.</summary>
    public string? Queue { get; init; }

    /// <summary>The function.</summary>
    public string? Func { get; init; }

    /// <summary>The name.</summary>
    public string? Name { get; init; }

    /// <summary>Who runs it or ran it last.</summary>
    public string? Executor { get; init; }

    /// <summary>Labels that it carries with these values.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Submitted after this time.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Submitted before this time.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }
}
