using System.Text.Json.Serialization;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>Who makes blueprints of a kind so.</summary>
internal sealed record BlueprintHandlerWire
{
    [JsonPropertyName("executorType")]
    public string ExecutorType { get; init; } = "";

    [JsonPropertyName("functionName")]
    public string FunctionName { get; init; } = "";

    /// <summary>Seconds.</summary>
    [JsonPropertyName("reconcileInterval")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ReconcileInterval { get; init; }
}
