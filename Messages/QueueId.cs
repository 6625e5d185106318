using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Messages;

/// <summary>The identity of a queue: a name within a namespace.</summary>
/// <param name="Namespace">The tenant that the queue belongs to.</param>
/// <param name="Name">The name of the queue.</param>
[JsonConverter(typeof(QueueIdJsonConverter))]
public readonly record struct QueueId(string Namespace, string Name)
{
    /// <summary>The sharding entity id, <c>namespace/name</c>.</summary>
    public override string ToString() => $"{Namespace}/{Name}";

    /// <summary>Reads the form that <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The text has no slash.</exception>
    public static QueueId Parse(string text)
    {
        var id = ProcessId.Parse(text);
        return new QueueId(id.Namespace, id.Id);
    }

    internal sealed class QueueIdJsonConverter : JsonConverter<QueueId>
    {
        public override QueueId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, QueueId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
