using System.Text.Json.Serialization;

namespace Muster.Runtime.Instances;

/// <summary>What stands in the folder of an instance for a later life of the node.</summary>
internal sealed record InstanceRecord
{
    /// <summary>What was asked for, without secrets and code.</summary>
    public required InstanceSpec Spec { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Whether the node asked it to end.</summary>
    public bool Stopped { get; init; }
}

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InstanceRecord))]
[JsonSerializable(typeof(InstanceCarry))]
internal sealed partial class InstanceJson : JsonSerializerContext;
