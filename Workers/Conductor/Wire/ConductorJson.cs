using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Workers.Conductor;

/// <summary>JSON as Conductor writes it.</summary>
internal static class ConductorJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter<TaskResultStatus>() },
    };

    /// <summary>A result as bytes; its output becomes an object when it is none.</summary>
    /// <exception cref="Exception">The output cannot be written: whatever the serializer throws.</exception>
    public static byte[] Write(TaskResult result)
    {
        var output = JsonSerializer.SerializeToElement(result.OutputData, Options);
        object? shaped = output.ValueKind switch
        {
            JsonValueKind.Object => output,
            JsonValueKind.Null or JsonValueKind.Undefined => new Dictionary<string, object?>(),
            _ => new Dictionary<string, object?> { ["result"] = output },
        };
        return JsonSerializer.SerializeToUtf8Bytes(result with { OutputData = shaped }, Options);
    }
}
