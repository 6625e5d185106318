using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Messages.Executors;

/// <summary>The identity of a registered executor: an id within a namespace.</summary>
/// <param name="Namespace">The tenant that the executor works for.</param>
/// <param name="Id">The id within the namespace.</param>
[JsonConverter(typeof(ExecutorIdJsonConverter))]
public readonly record struct ExecutorId(string Namespace, string Id)
{
    /// <summary>The sharding entity id, <c>namespace/id</c>.</summary>
    public override string ToString() => $"{Namespace}/{Id}";

    internal sealed class ExecutorIdJsonConverter : JsonConverter<ExecutorId>
    {
        public override ExecutorId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var id = ProcessId.Parse(reader.GetString()!);
            return new ExecutorId(id.Namespace, id.Id);
        }

        public override void Write(Utf8JsonWriter writer, ExecutorId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
