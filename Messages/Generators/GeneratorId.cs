using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Messages.Generators;

/// <summary>The identity of a generator: an id within a namespace.</summary>
/// <param name="Namespace">The tenant that the generator belongs to.</param>
/// <param name="Id">The id within the namespace.</param>
[JsonConverter(typeof(GeneratorIdJsonConverter))]
public readonly record struct GeneratorId(string Namespace, string Id)
{
    /// <summary>The sharding entity id, <c>namespace/id</c>.</summary>
    public override string ToString() => $"{Namespace}/{Id}";

    internal sealed class GeneratorIdJsonConverter : JsonConverter<GeneratorId>
    {
        public override GeneratorId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var id = ProcessId.Parse(reader.GetString()!);
            return new GeneratorId(id.Namespace, id.Id);
        }

        public override void Write(Utf8JsonWriter writer, GeneratorId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
