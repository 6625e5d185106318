namespace Muster.Client;

/// <summary>Who may take a process. What is null or empty does not restrict.</summary>
public sealed record Conditions
{
    /// <summary>Executor types, any of which will do.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>Executor ids, any of which will do.</summary>
    public IReadOnlyList<string>? Executors { get; init; }

    /// <summary>Labels that the executor must carry with these values.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Where the executor must be.</summary>
    public string? Location { get; init; }

    /// <summary>Amounts that the executor must have at least, by name.</summary>
    public IReadOnlyDictionary<string, double>? Resources { get; init; }
}
