using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Muster.Tests.Workers.Broker;

/// <summary>A message that came.</summary>
/// <param name="RoutingKey">With which key.</param>
/// <param name="Properties">Its properties.</param>
/// <param name="Body">Its body.</param>
internal sealed record Received(string RoutingKey, IReadOnlyBasicProperties Properties, string Body)
{
    /// <summary>The body as JSON.</summary>
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();
}

/// <summary>A queue of a test, and what came into it.</summary>
internal sealed class Inbox
{
    private readonly ConcurrentQueue<Received> _received = new();

    private Inbox(string name) => Name = name;

    /// <summary>The name of the queue.</summary>
    public string Name { get; }

    /// <summary>What came so far.</summary>
    public IReadOnlyList<Received> All => [.. _received];

    /// <summary>Makes a queue and listens to it.</summary>
    /// <param name="channel">Over which.</param>
    /// <param name="exchange">What it is bound to; null for nothing.</param>
    /// <param name="key">The key of that.</param>
    /// <param name="name">Its name; null to let the broker choose. A queue with a name outlives the broker.</param>
    public static async Task<Inbox> OpenAsync(IChannel channel, string? exchange = null, string key = "", string? name = null)
    {
        var queue = await channel.QueueDeclareAsync(name ?? "", durable: name is not null, exclusive: name is null, autoDelete: name is null);
        var inbox = new Inbox(queue.QueueName);
        if (exchange is not null)
        {
            await channel.QueueBindAsync(inbox.Name, exchange, key);
        }

        await inbox.ListenAsync(channel);
        return inbox;
    }

    /// <summary>Listens, again after the broker was away.</summary>
    public async Task ListenAsync(IChannel channel)
    {
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, e) =>
        {
            _received.Enqueue(new Received(e.RoutingKey, new BasicProperties(e.BasicProperties), System.Text.Encoding.UTF8.GetString(e.Body.Span)));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(Name, autoAck: true, consumer);
    }

    /// <summary>Waits until enough came that fits.</summary>
    public Task<IReadOnlyList<Received>> UntilAsync(int count, Func<Received, bool>? fits = null) =>
        Eventually.SeeAsync<IReadOnlyList<Received>>(() => Task.FromResult<IReadOnlyList<Received>>([.. _received.Where(r => fits?.Invoke(r) ?? true)]), r => r.Count >= count);
}
