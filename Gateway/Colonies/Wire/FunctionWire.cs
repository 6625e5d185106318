using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>A function that an executor offers, with its statistics; times in seconds.</summary>
internal sealed record FunctionWire
{
    public string FunctionId { get; init; } = "";

    public string ExecutorName { get; init; } = "";

    public string ExecutorType { get; init; } = "";

    public string ColonyName { get; init; } = "";

    public string FuncName { get; init; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Description { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Args { get; init; }

    public long Counter { get; init; }

    public double MinWaitTime { get; init; }

    public double MaxWaitTime { get; init; }

    public double MinExecTime { get; init; }

    public double MaxExecTime { get; init; }

    public double AvgWaitTime { get; init; }

    public double AvgExecTime { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? LocationName { get; init; }
}
