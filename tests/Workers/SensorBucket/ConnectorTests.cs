using System.Globalization;
using Muster.Tests.Workers.Broker;
using Muster.Workers.SensorBucket;
using RabbitMQ.Client;

namespace Muster.Tests.Workers.SensorBucket;

/// <summary>The connector: what becomes of a message, whatever the function answers.</summary>
[Collection(BrokerTests.Name)]
public sealed class ConnectorTests(BrokerFixture broker) : IAsyncLifetime
{
    private readonly KeptLog _log = new();
    private readonly ConnectorMetrics _metrics = new();
    private readonly CancellationTokenSource _stop = new();
    private Pipeline _pipeline = null!;
    private FunctionServer _function = null!;
    private FunctionClient? _client;
    private Task _run = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        _pipeline = await Pipeline.OpenAsync(broker.Connection);
        _function = await FunctionServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        await _pipeline.DisposeAsync();
        await _function.DisposeAsync();
        _client?.Dispose();
        _metrics.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task The_header_of_the_answer_says_where_the_result_goes()
    {
        await StartAsync();
        _function.Reply = asked => Task.FromResult(new FunctionServer.Answer(200, "storage", $"<{asked.Body}>"));
        var before = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        await _pipeline.SendAsync("any text at all", "m-1");
        var result = (await _pipeline.Results.UntilAsync(1))[0];
        result.Body.ShouldBe("<any text at all>");
        result.Properties.MessageId.ShouldBe("m-1");
        result.Properties.DeliveryMode.ShouldBe(DeliveryModes.Persistent);
        result.Properties.IsContentTypePresent().ShouldBeFalse();
        var sent = result.Properties.Headers!["timestamp"].ShouldBeOfType<long>();
        DateTimeOffset.FromUnixTimeMilliseconds(sent).ShouldBeInRange(before, before.AddMinutes(1));
        var asked = _function.Requests.Single();
        asked.ShouldBe(new FunctionServer.Asked(_pipeline.Worker, null, "any text at all"));
        await StopAsync();
        (await _pipeline.WaitingAsync()).ShouldBe(0u);
        _metrics.ToString().ShouldContain("sensorbucket_fissionrmqconnect_success 1");
    }

    [Fact]
    public async Task An_answer_without_a_body_is_a_result_too()
    {
        await StartAsync();
        _function.Reply = _ => Task.FromResult(new FunctionServer.Answer(204, "storage"));
        await _pipeline.SendAsync("x");
        (await _pipeline.Results.UntilAsync(1))[0].Body.ShouldBe("");
    }

    [Theory]
    [InlineData(500, "storage", 2, 3)]
    [InlineData(503, null, 1, 2)]
    [InlineData(302, "storage", 0, 1)]
    [InlineData(429, null, 1, 2)]
    [InlineData(200, null, 1, 2)]
    [InlineData(200, "", 1, 2)]
    [InlineData(404, null, 3, 1)]
    [InlineData(400, "storage", 3, 1)]
    public async Task A_message_that_fails_is_tried_so_often_and_goes_to_the_error_topic(int status, string? topic, int retries, int tries)
    {
        await StartAsync(("MAX_RETRIES", retries.ToString(CultureInfo.InvariantCulture)));
        _function.Reply = _ => Task.FromResult(new FunctionServer.Answer(status, topic, "because\nit is so"));
        await _pipeline.SendAsync("""{"tracing_id":"t"}""", "m-2");
        var error = (await _pipeline.Errors.UntilAsync(1))[0];
        _function.Requests.Count.ShouldBe(tries);
        error.Properties.MessageId.ShouldBe("m-2");
        ((string)error.Json["received_by_worker"]!["tracing_id"]!).ShouldBe("t");
        error.Json.ContainsKey("processing_attempt").ShouldBeTrue();
        ((string)error.Json["worker"]!).ShouldBe(_pipeline.Worker);
        ((string)error.Json["queue"]!).ShouldBe(_pipeline.Worker);
        ((long)error.Json["timestamp"]!).ShouldBeInRange(1_700_000_000, 100_000_000_000);
        ((string)error.Json["error"]!).ShouldContain($"answered {status}");
        ((string)error.Json["error"]!).ShouldContain("because it is so");
        await StopAsync();
        (await _pipeline.WaitingAsync()).ShouldBe(0u);
        _pipeline.Results.All.ShouldBeEmpty();
        _metrics.ToString().ShouldContain("sensorbucket_fissionrmqconnect_fail 1");
    }

    [Fact]
    public async Task A_message_that_is_no_JSON_is_null_in_the_error_document_and_the_topic_can_be_chosen()
    {
        await StartAsync(("ERROR_TOPIC", "storage"));
        _function.Reply = _ => Task.FromResult(new FunctionServer.Answer(400, null));
        await _pipeline.SendAsync("no JSON");
        var error = (await _pipeline.Results.UntilAsync(1))[0].Json;
        error.ContainsKey("received_by_worker").ShouldBeTrue();
        error["received_by_worker"].ShouldBeNull();
    }

    [Fact]
    public async Task A_message_that_fails_once_goes_on()
    {
        await StartAsync();
        _function.Reply = asked => Task.FromResult(_function.Requests.Count == 1 ? new FunctionServer.Answer(500, null) : new FunctionServer.Answer(200, "storage", asked.Body));
        await _pipeline.SendAsync("x");
        await _pipeline.Results.UntilAsync(1);
        _pipeline.Errors.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_that_does_not_come_in_time_is_a_failure()
    {
        await StartAsync(("HTTP_TIMEOUT", "200ms"), ("MAX_RETRIES", "1"));
        var never = new TaskCompletionSource<FunctionServer.Answer>();
        _function.Reply = _ => never.Task;
        await _pipeline.SendAsync("x");
        ((string)(await _pipeline.Errors.UntilAsync(1))[0].Json["error"]!).ShouldContain("gave no answer within 0.2 s (after 2 tries)");
        never.SetResult(new FunctionServer.Answer(200, "storage"));
    }

    [Fact]
    public async Task A_function_that_is_not_there_is_waited_for()
    {
        var port = new Uri(_function.Url).Port;
        await _function.DisposeAsync();
        await StartAsync(("MAX_RETRIES", "0"));
        await _pipeline.SendAsync("x");
        await _log.HasAsync("Messages wait for the function");
        _function = await FunctionServer.StartAsync(port);
        await _pipeline.Results.UntilAsync(1);
        _pipeline.Errors.All.ShouldBeEmpty();
        await _log.HasAsync("The function answers again");
    }

    [Fact]
    public async Task A_result_that_no_queue_takes_is_an_error_and_an_error_that_no_queue_takes_is_given_up()
    {
        await StartAsync();
        _function.Reply = _ => Task.FromResult(new FunctionServer.Answer(200, "nowhere"));
        await _pipeline.SendAsync("x");
        ((string)(await _pipeline.Errors.UntilAsync(1))[0].Json["error"]!).ShouldContain("with the key 'nowhere'");
        await _pipeline.Channel.QueueUnbindAsync(_pipeline.Errors.Name, _pipeline.Exchange, "errors");
        await _pipeline.SendAsync("y");
        await _log.HasAsync("is given up");
        await StopAsync();
        (await _pipeline.WaitingAsync()).ShouldBe(0u);
    }

    [Fact]
    public async Task A_message_is_not_acknowledged_before_its_result_is_confirmed()
    {
        // A queue that is full refuses what is published.
        var full = await _pipeline.Channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, new Dictionary<string, object?> { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" });
        await _pipeline.Channel.QueueBindAsync(full.QueueName, _pipeline.Exchange, "full");
        await _pipeline.Channel.BasicPublishAsync(_pipeline.Exchange, "full", new byte[] { 1 });
        await StartAsync();
        _function.Reply = _ => Task.FromResult(new FunctionServer.Answer(200, "full"));
        await _pipeline.SendAsync("x");
        await Eventually.Holds(() => !_function.Requests.IsEmpty, "the function was asked");
        // With the channel the message goes back: it was not acknowledged.
        await StopAsync();
        await Eventually.TrueAsync(async () => await _pipeline.WaitingAsync() == 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task So_many_messages_are_in_work_at_once(int prefetch)
    {
        await StartAsync(("AMQP_PREFETCH", prefetch.ToString(CultureInfo.InvariantCulture)));
        var go = new TaskCompletionSource();
        _function.Reply = async asked =>
        {
            await go.Task;
            return new FunctionServer.Answer(200, "storage", asked.Body);
        };
        foreach (var n in Enumerable.Range(0, 6))
        {
            await _pipeline.SendAsync($"{n}");
        }

        await Eventually.Holds(() => _function.Requests.Count == prefetch, "all hands are busy");
        go.SetResult();
        var results = await _pipeline.Results.UntilAsync(6);
        _function.Most.ShouldBe(prefetch);
        if (prefetch == 1)
        {
            results.Select(r => r.Body).ShouldBe(["0", "1", "2", "3", "4", "5"]);
        }
    }

    [Fact]
    public async Task A_message_that_was_handed_out_too_often_is_not_tried_again()
    {
        await _pipeline.Channel.QueueDeclareAsync(_pipeline.Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await _pipeline.Channel.QueueBindAsync(_pipeline.Queue, _pipeline.Exchange, _pipeline.Worker);
        await _pipeline.SendAsync("""{"a":1}""");
        for (var n = 0; n < 21; n++)
        {
            var got = await Eventually.SeeAsync(() => _pipeline.Channel.BasicGetAsync(_pipeline.Queue, autoAck: false), m => m is not null);
            await _pipeline.Channel.BasicNackAsync(got!.DeliveryTag, multiple: false, requeue: true);
        }

        await StartAsync();
        ((string)(await _pipeline.Errors.UntilAsync(1))[0].Json["error"]!).ShouldContain("handed out 21 times");
        _function.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_queue_of_another_kind_and_an_exchange_that_went_are_told_and_tried_again()
    {
        await _pipeline.Channel.QueueDeclareAsync(_pipeline.Queue, durable: true, exclusive: false, autoDelete: false);
        Start();
        await _log.HasAsync("inequivalent arg 'x-queue-type'");
        await _pipeline.Channel.QueueDeleteAsync(_pipeline.Queue, ifUnused: false, ifEmpty: false);
        await _log.HasAsync("Waits for messages");

        var asked = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        _function.Reply = async body =>
        {
            asked.TrySetResult();
            await go.Task;
            return new FunctionServer.Answer(200, "storage", body.Body);
        };
        await _pipeline.SendAsync("x");
        await asked.Task.WaitAsync(Eventually.Patience);
        await _pipeline.Channel.ExchangeDeleteAsync(_pipeline.Exchange);
        go.SetResult();
        await _log.HasAsync("no exchange");
        await _pipeline.Channel.ExchangeDeclareAsync(_pipeline.Exchange, ExchangeType.Topic, durable: true);
        // What came while nothing was bound went to errors, and that is bound to nothing either.
        await Eventually.TrueAsync(async () =>
        {
            await _pipeline.Channel.QueueBindAsync(_pipeline.Results.Name, _pipeline.Exchange, "storage");
            return _pipeline.Results.All.Count > 0 || _log.Lines.Any(l => l.Contains("is given up", StringComparison.Ordinal));
        });
    }

    private void Start(params (string Name, string Value)[] more)
    {
        var environment = _pipeline.Environment(broker.Server, _function.Url, more);
        var settings = ConnectorSettings.Read(environment.GetValueOrDefault, ownFunction: false);
        _client = new FunctionClient(settings, () => settings.Endpoint);
        _run = new Connector(settings, _client, _metrics, TimeProvider.System, _log).RunAsync(_stop.Token);
    }

    private async Task StartAsync(params (string Name, string Value)[] more)
    {
        Start(more);
        await _log.HasAsync("Waits for messages");
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(Eventually.Patience);
    }
}
