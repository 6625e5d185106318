using System.Text;
using System.Text.Json.Nodes;
using Muster.Tests.Workers.Broker;
using RabbitMQ.Client;

namespace Muster.Tests.Workers.SensorBucket;

/// <summary>The pipeline around a worker: an exchange of the test's own, and queues for what comes out.</summary>
internal sealed class Pipeline : IAsyncDisposable
{
    private Pipeline(IChannel channel, string exchange, Inbox results, Inbox errors)
    {
        Channel = channel;
        Exchange = exchange;
        Results = results;
        Errors = errors;
    }

    /// <summary>To the broker.</summary>
    public IChannel Channel { get; }

    /// <summary>The exchange.</summary>
    public string Exchange { get; }

    /// <summary>The worker.</summary>
    public string Worker { get; } = Guid.NewGuid().ToString();

    /// <summary>Its queue.</summary>
    public string Queue => $"worker-{Worker}";

    /// <summary>What went to "storage".</summary>
    public Inbox Results { get; }

    /// <summary>What went to "errors".</summary>
    public Inbox Errors { get; }

    /// <summary>Makes one.</summary>
    /// <param name="connection">To the broker.</param>
    /// <param name="durable">Whether the queues of results and errors outlive the broker.</param>
    public static async Task<Pipeline> OpenAsync(IConnection connection, bool durable = false)
    {
        var channel = await connection.CreateChannelAsync();
        var exchange = $"pipeline.{Guid.NewGuid():N}";
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Topic, durable: true);
        return new Pipeline(
            channel, exchange,
            await Inbox.OpenAsync(channel, exchange, "storage", durable ? $"{exchange}.storage" : null), await Inbox.OpenAsync(channel, exchange, "errors", durable ? $"{exchange}.errors" : null));
    }

    /// <summary>A message that is complete.</summary>
    /// <param name="worker">The name of the step that it is at.</param>
    /// <param name="change">What is different in it.</param>
    public static JsonObject Message(string worker, Action<JsonObject>? change = null)
    {
        var message = new JsonObject
        {
            ["tracing_id"] = Guid.NewGuid().ToString(),
            ["tenant_id"] = 1,
            ["access_token"] = "token",
            ["received_at"] = 1_700_000_000_000,
            ["pipeline_id"] = Guid.NewGuid().ToString(),
            ["step_index"] = 0,
            ["pipeline_steps"] = new JsonArray(worker, "storage"),
            ["timestamp"] = 1_700_000_000_000,
            ["payload"] = "aGVsbG8=",
        };
        change?.Invoke(message);
        return message;
    }

    /// <summary>The environment of its connector.</summary>
    public Dictionary<string, string> Environment(RabbitServer broker, string endpoint, params (string Name, string Value)[] more)
    {
        var all = new Dictionary<string, string>
        {
            ["AMQP_HOST"] = broker.Url,
            ["QUEUE_NAME"] = Queue,
            ["TOPIC"] = Worker,
            ["EXCHANGE"] = Exchange,
            ["HTTP_ENDPOINT"] = endpoint,
            ["METRICS_ADDR"] = "",
        };
        foreach (var (name, value) in more)
        {
            all[name] = value;
        }

        return all;
    }

    /// <summary>Sends a message to the worker.</summary>
    public async Task SendAsync(string body, string? id = null) =>
        await Channel.BasicPublishAsync(Exchange, Worker, mandatory: true, new BasicProperties { MessageId = id, DeliveryMode = DeliveryModes.Persistent }, Encoding.UTF8.GetBytes(body));

    /// <summary>How many messages wait in the worker's queue.</summary>
    public Task<uint> WaitingAsync() => Channel.MessageCountAsync(Queue);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Channel.IsOpen)
        {
            await Channel.QueueDeleteAsync(Queue, ifUnused: false, ifEmpty: false);
            await Channel.ExchangeDeleteAsync(Exchange);
        }

        await Channel.DisposeAsync();
    }
}
