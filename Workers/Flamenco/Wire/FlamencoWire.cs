using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Workers.Flamenco.Wire;

/// <summary>The JSON of the protocol, as far as a worker reads and writes it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RegistrationRequest))]
[JsonSerializable(typeof(SignOnRequest))]
[JsonSerializable(typeof(RegistrationAnswer))]
[JsonSerializable(typeof(TaskDocument))]
[JsonSerializable(typeof(TaskUpdate))]
[JsonSerializable(typeof(MayIRunAnswer))]
[JsonSerializable(typeof(StatusRequest))]
[JsonSerializable(typeof(OutputProduced))]
internal sealed partial class FlamencoWire : JsonSerializerContext
{
    /// <summary>Reads what a manager answered.</summary>
    /// <returns>The document; null when it is none.</returns>
    public static T? Read<T>(string body)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, typeof(T), Default) as T;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static byte[] Write<T>(T document) => JsonSerializer.SerializeToUtf8Bytes(document, typeof(T), Default);
}

/// <summary>POST /register-worker.</summary>
internal sealed record RegistrationRequest
{
    public required string Secret { get; init; }

    public required string Platform { get; init; }

    public required string Nickname { get; init; }

    public required IReadOnlyList<string> SupportedTaskTypes { get; init; }

    /// <summary>What managers of the first versions read instead; only when the key of that time is set.</summary>
    public IReadOnlyList<string>? SupportedJobTypes { get; init; }
}

/// <summary>What it answers; the rest of the document is not read.</summary>
internal sealed record RegistrationAnswer
{
    [JsonPropertyName("_id")]
    public string? Id { get; init; }
}

/// <summary>POST /sign-on.</summary>
internal sealed record SignOnRequest(string Nickname, IReadOnlyList<string> SupportedTaskTypes);

/// <summary>What POST /task hands out.</summary>
internal sealed record TaskDocument
{
    [JsonPropertyName("_id")]
    public string? Id { get; init; }

    public string? Name { get; init; }

    public IReadOnlyList<TaskCommand?>? Commands { get; init; }
}

/// <summary>One command of a task.</summary>
internal sealed record TaskCommand
{
    public string? Name { get; init; }

    public JsonElement Settings { get; init; }
}

/// <summary>POST /tasks/ID/update.</summary>
internal sealed record TaskUpdate
{
    public string? TaskStatus { get; init; }

    public string? Activity { get; init; }

    public int? CurrentCommandIdx { get; init; }

    public int? TaskProgressPercentage { get; init; }

    public int? CommandProgressPercentage { get; init; }

    public string? Log { get; init; }

    public TaskMetrics? Metrics { get; init; }
}

/// <summary>How long what took.</summary>
/// <param name="Timing">Seconds, by the name of the command and "total".</param>
internal sealed record TaskMetrics(IReadOnlyDictionary<string, double> Timing);

/// <summary>GET /may-i-run/ID, and what the answer to an update may say too.</summary>
internal sealed record MayIRunAnswer
{
    public bool? MayKeepRunning { get; init; }

    public string? Reason { get; init; }

    public string? StatusRequested { get; init; }
}

/// <summary>A status that the manager asks for.</summary>
internal sealed record StatusRequest(string? StatusRequested);

/// <summary>POST /output-produced.</summary>
internal sealed record OutputProduced(IReadOnlyList<string> Paths);
