using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Messages.Workflows;

/// <summary>The identity of a workflow: an id within a namespace.</summary>
/// <param name="Namespace">The tenant that the workflow belongs to.</param>
/// <param name="Id">The id within the namespace.</param>
[JsonConverter(typeof(WorkflowIdJsonConverter))]
public readonly record struct WorkflowId(string Namespace, string Id)
{
    /// <summary>The sharding entity id, <c>namespace/id</c>.</summary>
    public override string ToString() => $"{Namespace}/{Id}";

    /// <summary>Reads the form that <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The text has no slash.</exception>
    public static WorkflowId Parse(string text)
    {
        var id = ProcessId.Parse(text);
        return new WorkflowId(id.Namespace, id.Id);
    }

    /// <summary>The process of a node: its id is 64 lower-case hexadecimal digits, and always the same for the same workflow and name.</summary>
    /// <param name="node">The name of the node.</param>
    public ProcessId Process(string node) => new(Namespace, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"workflow\0{Id}\0{node}"))));

    internal sealed class WorkflowIdJsonConverter : JsonConverter<WorkflowId>
    {
        public override WorkflowId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, WorkflowId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
