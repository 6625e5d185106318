using System.Text.Json.Serialization;

namespace Muster.Messages.Deployments;

/// <summary>What an instance is doing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SeenState>))]
public enum SeenState
{
    /// <summary>It runs and is not ready yet.</summary>
    [JsonStringEnumMemberName("starting")] Starting,

    /// <summary>It runs and does what it is for.</summary>
    [JsonStringEnumMemberName("healthy")] Healthy,

    /// <summary>It runs and does not do what it is for.</summary>
    [JsonStringEnumMemberName("unhealthy")] Unhealthy,

    /// <summary>It was asked to end.</summary>
    [JsonStringEnumMemberName("stopping")] Stopping,

    /// <summary>It ended by itself.</summary>
    [JsonStringEnumMemberName("crashed")] Crashed,

    /// <summary>It ended because it was asked to.</summary>
    [JsonStringEnumMemberName("stopped")] Stopped,

    /// <summary>Its node does not answer, so nobody knows; it counts as running until the node is given up.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,
}
