using System.Text.Json.Nodes;

namespace Muster.Workers.ReleaseEngine;

/// <summary>How a step ended.</summary>
public sealed record StepResult
{
    private StepResult(bool completed, JsonNode? data) => (IsCompleted, Data) = (completed, data);

    /// <summary>Whether it completed; else it failed.</summary>
    public bool IsCompleted { get; }

    /// <summary>What the answer carries; null for nothing.</summary>
    public JsonNode? Data { get; }

    /// <summary>It completed.</summary>
    /// <param name="data">What the answer carries; null for nothing.</param>
    public static StepResult Completed(JsonNode? data = null) => new(completed: true, data);

    /// <summary>It failed; the deployment ends.</summary>
    /// <param name="data">What the answer carries; null for nothing.</param>
    public static StepResult Failed(JsonNode? data = null) => new(completed: false, data);
}
