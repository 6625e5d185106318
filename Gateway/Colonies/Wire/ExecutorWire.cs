using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>An executor, as clients say it and read it.</summary>
internal sealed record ExecutorWire
{
    public string ExecutorId { get; init; } = "";

    public string ExecutorType { get; init; } = "";

    public string ExecutorName { get; init; } = "";

    public string ColonyName { get; init; } = "";

    public int State { get; init; }

    public bool RequireFuncReg { get; init; }

    public DateTimeOffset CommissionTime { get; init; } = Loose.NoTime;

    public DateTimeOffset LastHeardFromTime { get; init; } = Loose.NoTime;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? LocationName { get; init; }

    public JsonElement? Capabilities { get; init; }

    public JsonElement? Allocations { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? BlueprintId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long BlueprintGen { get; init; }
}
