using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Messages.Schedules;

/// <summary>The identity of a schedule: an id within a namespace.</summary>
/// <param name="Namespace">The tenant that the schedule belongs to.</param>
/// <param name="Id">The id within the namespace.</param>
[JsonConverter(typeof(ScheduleIdJsonConverter))]
public readonly record struct ScheduleId(string Namespace, string Id)
{
    /// <summary>The sharding entity id, <c>namespace/id</c>.</summary>
    public override string ToString() => $"{Namespace}/{Id}";

    internal sealed class ScheduleIdJsonConverter : JsonConverter<ScheduleId>
    {
        public override ScheduleId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var id = ProcessId.Parse(reader.GetString()!);
            return new ScheduleId(id.Namespace, id.Id);
        }

        public override void Write(Utf8JsonWriter writer, ScheduleId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
