using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Messages.Deployments;

/// <summary>The identity of a deployment: an id within a namespace.</summary>
/// <param name="Namespace">The tenant that the deployment belongs to.</param>
/// <param name="Id">The id within the namespace.</param>
[JsonConverter(typeof(DeploymentIdJsonConverter))]
public readonly record struct DeploymentId(string Namespace, string Id)
{
    /// <summary>The sharding entity id, <c>namespace/id</c>.</summary>
    public override string ToString() => $"{Namespace}/{Id}";

    internal sealed class DeploymentIdJsonConverter : JsonConverter<DeploymentId>
    {
        public override DeploymentId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var id = ProcessId.Parse(reader.GetString()!);
            return new DeploymentId(id.Namespace, id.Id);
        }

        public override void Write(Utf8JsonWriter writer, DeploymentId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
