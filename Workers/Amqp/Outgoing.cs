namespace Muster.Workers.Amqp;

/// <summary>A message on its way to a broker.</summary>
/// <param name="Exchange">The exchange; empty for the default one, whose routing key is the name of a queue.</param>
/// <param name="RoutingKey">The routing key.</param>
/// <param name="Body">The body; it must not change afterwards.</param>
public sealed record Outgoing(string Exchange, string RoutingKey, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whose message it is: <c>app_id</c>.</summary>
    public string? AppId { get; init; }

    /// <summary>What it belongs to: <c>correlation_id</c>.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Where an answer would go: <c>reply_to</c>.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Its own id: <c>message_id</c>.</summary>
    public string? MessageId { get; init; }

    /// <summary>Its headers.</summary>
    public IDictionary<string, object?>? Headers { get; init; }

    /// <summary>Whether it survives a restart of the broker in a durable queue.</summary>
    public bool Persistent { get; init; }

    /// <summary>Whether it matters that no queue takes it; without this it is then dropped in silence.</summary>
    public bool Mandatory { get; init; }
}
