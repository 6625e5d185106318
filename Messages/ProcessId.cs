using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Messages;

/// <summary>The identity of a process: its id is unique within its namespace.</summary>
/// <param name="Namespace">The tenant that the process belongs to.</param>
/// <param name="Id">The id within the namespace.</param>
[JsonConverter(typeof(ProcessIdJsonConverter))]
public readonly record struct ProcessId(string Namespace, string Id)
{
    /// <summary>The sharding entity id, <c>namespace/id</c>; neither part can hold a slash.</summary>
    public override string ToString() => $"{Namespace}/{Id}";

    /// <summary>Reads the form that <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The text has no slash.</exception>
    public static ProcessId Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            ? new ProcessId(text[..slash], text[(slash + 1)..])
            : throw new FormatException($"'{text}' is not a process id: expected namespace/id.");
    }

    internal sealed class ProcessIdJsonConverter : JsonConverter<ProcessId>
    {
        public override ProcessId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, ProcessId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
