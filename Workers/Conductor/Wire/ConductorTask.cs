using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Workers.Conductor;

/// <summary>A task as the server hands it out. What is not listed here stands in <see cref="More"/>.</summary>
public sealed record ConductorTask
{
    /// <summary>The id of this attempt.</summary>
    public string TaskId { get; init; } = "";

    /// <summary>The workflow that the task belongs to.</summary>
    public string WorkflowInstanceId { get; init; } = "";

    /// <summary>The name of that workflow.</summary>
    public string? WorkflowType { get; init; }

    /// <summary>The name of the task definition.</summary>
    public string TaskDefName { get; init; } = "";

    /// <summary>For tasks of workers the same.</summary>
    public string? TaskType { get; init; }

    /// <summary>What the workflow calls the task.</summary>
    public string? ReferenceTaskName { get; init; }

    /// <summary>The input: a JSON object.</summary>
    public JsonElement InputData { get; init; }

    /// <summary>What an earlier hand-out of this attempt left: a JSON object.</summary>
    public JsonElement OutputData { get; init; }

    /// <summary>0 for the first attempt.</summary>
    public int RetryCount { get; init; }

    /// <summary>How often this attempt was handed out.</summary>
    public int PollCount { get; init; }

    /// <summary>0, or the round of a loop.</summary>
    public int Iteration { get; init; }

    /// <summary>After so many seconds without a sign of life the server takes the task back; 0 for never.</summary>
    public int ResponseTimeoutSeconds { get; init; }

    /// <summary>What the caller calls the workflow.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The domain that the task was put in.</summary>
    public string? Domain { get; init; }

    /// <summary>All other fields.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> More { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Reads the input as a type of yours; names are those of JSON in camel case or as written, case is ignored.</summary>
    /// <exception cref="JsonException">The input does not fit.</exception>
    public T? Input<T>() => (T?)Input(typeof(T));

    internal object? Input(Type type) => InputData.ValueKind == JsonValueKind.Object ? InputData.Deserialize(type, ConductorJson.Options) : JsonSerializer.Deserialize("{}", type, ConductorJson.Options);
}
