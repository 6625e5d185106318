using System.Text.Json.Nodes;
using Muster.Workers.Amqp;

namespace Muster.Workers.ReleaseEngine;

/// <summary>What all messages about a step have in common.</summary>
/// <param name="App">The class of the worker in lower case.</param>
/// <param name="CorrelationId">The deployment.</param>
internal sealed record Envelope(string App, string CorrelationId)
{
    public Outgoing Of(string exchange, string key, JsonObject body) => new(exchange, key, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body))
    {
        AppId = App,
        CorrelationId = CorrelationId,
        ReplyTo = Names.ReplyTo,
    };
}
