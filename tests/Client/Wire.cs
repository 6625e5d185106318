using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Muster.Tests.Client;

/// <summary>A request as the gateway saw it.</summary>
public sealed record Seen(string Method, string Path, IQueryCollection Query, IHeaderDictionary Headers, byte[] Bytes, CancellationToken Gone)
{
    public JsonElement Body => JsonSerializer.Deserialize<JsonElement>(Bytes);

    public string Text(string name) => Body.GetProperty(name).GetString()!;
}

/// <summary>What the gateway answers.</summary>
public sealed record Answer(int Status, string Body = "{}", string MediaType = "application/json", int? RetryAfter = null)
{
    /// <summary>The connection breaks instead of an answer.</summary>
    public static readonly Answer Lost = new(0);

    /// <summary>The connection breaks after the body.</summary>
    public bool Broken { get; init; }

    public static Answer Ok(object body) => new(200, JsonSerializer.Serialize(body, JsonSerializerOptions.Web));

    public static Answer Problem(int status, string detail = "because", string? field = null, int? retryAfter = null) => new(
        status, JsonSerializer.Serialize(new { title = "Refused", status, detail, field }, JsonSerializerOptions.Web), "application/problem+json", retryAfter);

    public static Answer Events(string text, bool broken = false) => new(200, text, "text/event-stream") { Broken = broken };
}
