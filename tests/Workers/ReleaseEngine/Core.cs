using System.Text;
using System.Text.Json.Nodes;
using Muster.Tests.Workers.Broker;
using RabbitMQ.Client;

namespace Muster.Tests.Workers.ReleaseEngine;

/// <summary>The other side of a worker: what the core and the administrator of a Release Engine do, for one deployment.</summary>
internal sealed class Core : IAsyncDisposable
{
    private readonly IChannel _channel;

    private Core(IChannel channel, string suffix, Inbox replies)
    {
        _channel = channel;
        Suffix = suffix;
        Replies = replies;
    }

    /// <summary>What the worker's configuration says as <c>queue</c>.</summary>
    public string Suffix { get; }

    /// <summary>The worker's queue.</summary>
    public string Queue => $"worker.{Suffix}";

    /// <summary>The id of the deployment.</summary>
    public string Deployment { get; } = Guid.NewGuid().ToString("N")[..24];

    /// <summary>The answers.</summary>
    public Inbox Replies { get; }

    /// <summary>The words of the answers, in order.</summary>
    public IEnumerable<string> Words => Replies.All.Select(r => (string)r.Json["status"]!);

    /// <summary>Makes exchange and queues.</summary>
    /// <param name="connection">To the broker.</param>
    /// <param name="durable">Whether the queue of answers outlives the broker.</param>
    public static async Task<Core> OpenAsync(IConnection connection, bool durable = false)
    {
        var channel = await connection.CreateChannelAsync();
        var suffix = $"test{Guid.NewGuid():N}";
        await channel.ExchangeDeclareAsync("re", ExchangeType.Topic, durable: true);
        await channel.QueueDeclareAsync($"worker.{suffix}", durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync($"worker.{suffix}", "re", $"worker.{suffix}");
        return new Core(channel, suffix, await Inbox.OpenAsync(channel, name: durable ? $"replies.{suffix}" : null));
    }

    /// <summary>Listens to what goes to the exchange.</summary>
    public Task<Inbox> ListenAsync(string key) => Inbox.OpenAsync(_channel, "re", key);

    /// <summary>Hands out a step.</summary>
    /// <param name="subcommand">What stands after the colon.</param>
    /// <param name="parameters">The step's arguments.</param>
    /// <param name="notify">Who is told.</param>
    /// <param name="dynamic">The values of the deployment.</param>
    public Task SendAsync(string subcommand, JsonObject? parameters = null, JsonObject? notify = null, JsonObject? dynamic = null)
    {
        var all = parameters ?? [];
        all["command"] = Suffix;
        all["subcommand"] = subcommand;
        all["hosts"] ??= new JsonArray("host1");
        return SendBodyAsync(new JsonObject { ["group"] = "group", ["parameters"] = all, ["dynamic"] = dynamic ?? [], ["notify"] = notify ?? [] }.ToJsonString());
    }

    /// <summary>Sends a body as it is.</summary>
    public async Task SendBodyAsync(string body, bool correlation = true, bool reply = true)
    {
        var properties = new BasicProperties { DeliveryMode = DeliveryModes.Persistent };
        if (correlation)
        {
            properties.CorrelationId = Deployment;
        }

        if (reply)
        {
            properties.ReplyTo = Replies.Name;
        }

        await _channel.BasicPublishAsync("re", Queue, mandatory: false, properties, Encoding.UTF8.GetBytes(body));
    }

    /// <summary>Runs a step, and gives its last answer; before it came nothing but <c>started</c>.</summary>
    public async Task<JsonObject> RunAsync(string subcommand, JsonObject? parameters = null, JsonObject? notify = null, JsonObject? dynamic = null)
    {
        var before = Replies.All.Count;
        await SendAsync(subcommand, parameters, notify, dynamic);
        await Replies.UntilAsync(before + 2);
        var answers = Words.Skip(before).ToList();
        answers.Count.ShouldBe(2);
        answers[0].ShouldBe("started");
        return Replies.All[^1].Json;
    }

    /// <summary>Runs a step that the worker does not begin, and gives why.</summary>
    public async Task<string> RefusedAsync(string subcommand, JsonObject? parameters = null, JsonObject? dynamic = null)
    {
        var before = Replies.All.Count;
        await SendAsync(subcommand, parameters, dynamic: dynamic);
        var answers = await Replies.UntilAsync(before + 1);
        ((string)answers[before].Json["status"]!).ShouldBe("failed");
        return (string)answers[before].Json["data"]!;
    }

    /// <summary>How many messages wait in the worker's queue.</summary>
    public async Task<uint> WaitingAsync() => await _channel.MessageCountAsync(Queue);

    /// <summary>Removes the worker's queue.</summary>
    public Task<uint> RemoveQueueAsync() => _channel.QueueDeleteAsync(Queue);

    /// <summary>Makes it again.</summary>
    public async Task MakeQueueAsync()
    {
        await _channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false);
        await _channel.QueueBindAsync(Queue, "re", Queue);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_channel.IsOpen)
        {
            await _channel.QueueDeleteAsync(Queue);
        }

        await _channel.DisposeAsync();
    }
}
