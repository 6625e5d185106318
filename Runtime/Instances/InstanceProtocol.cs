using System.Text.Json.Serialization;

namespace Muster.Runtime.Instances;

/// <summary>Where the processes of an instance come from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InstanceProtocol>))]
public enum InstanceProtocol
{
    /// <summary>The node pulls them and hands them over the socket in the folder of the instance.</summary>
    Pipe,

    /// <summary>The instance connects to the cluster by itself.</summary>
    Self,
}
