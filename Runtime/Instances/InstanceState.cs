using System.Text.Json.Serialization;

namespace Muster.Runtime.Instances;

/// <summary>What an instance is doing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InstanceState>))]
public enum InstanceState
{
    /// <summary>It runs and is not ready yet.</summary>
    Starting,

    /// <summary>It runs and does what it is for.</summary>
    Healthy,

    /// <summary>It runs and does not do what it is for; the reason says why. It is not ended for it.</summary>
    Unhealthy,

    /// <summary>It was asked to end.</summary>
    Stopping,

    /// <summary>It has ended.</summary>
    Exited,
}
