using System.Text.Json.Nodes;
using Muster.Tests.Workers.Broker;
using Muster.Workers.ReleaseEngine;
using Muster.Workers.ReleaseEngine.Stock;

namespace Muster.Tests.Workers.ReleaseEngine;

/// <summary>What a worker says about a step, and in which form.</summary>
[Collection(BrokerTests.Name)]
public sealed class WireTests(BrokerFixture broker) : IAsyncLifetime
{
    private Core _core = null!;

    public async Task InitializeAsync() => _core = await Core.OpenAsync(broker.Connection);

    public async Task DisposeAsync() => await _core.DisposeAsync();

    [Fact]
    public async Task Answers_name_the_worker_and_the_deployment()
    {
        await using var worker = Start(new NoopWorker());
        await _core.RunAsync("X");
        foreach (var answer in _core.Replies.All)
        {
            answer.Properties.AppId.ShouldBe("noopworker");
            answer.Properties.CorrelationId.ShouldBe(_core.Deployment);
            answer.Properties.ReplyTo.ShouldBe("log");
        }
    }

    [Fact]
    public async Task Without_a_correlation_id_the_answers_say_None()
    {
        await using var worker = Start(new NoopWorker());
        await _core.SendBodyAsync("""{"group":"g","parameters":{"command":"noop","subcommand":"X"},"dynamic":{},"notify":{}}""", correlation: false);
        (await _core.Replies.UntilAsync(2)).ShouldAllBe(r => r.Properties.CorrelationId == "None");
    }

    [Theory]
    [InlineData("this is no JSON", "no JSON")]
    [InlineData("{\"parameters\":", "no JSON")]
    [InlineData("", "no JSON")]
    [InlineData("[1]", "no JSON object")]
    [InlineData("{\"group\":\"g\"}", "parameters")]
    [InlineData("{\"parameters\":{\"a\":1,\"a\":2}}", "no JSON")]
    public async Task What_is_no_step_is_answered_and_does_not_come_back(string body, string why)
    {
        await using (var worker = Start(new NoopWorker()))
        {
            await _core.SendBodyAsync(body);
            var answer = (await _core.Replies.UntilAsync(1))[0];
            ((string)answer.Json["status"]!).ShouldBe("failed");
            ((string)answer.Json["data"]!).ShouldContain("NoopWorker failed trying to parse message");
            ((string)answer.Json["data"]!).ShouldContain(why);
            answer.Properties.CorrelationId.ShouldBe(_core.Deployment);
            ((string)(await _core.RunAsync("X"))["status"]!).ShouldBe("completed");
        }

        (await _core.WaitingAsync()).ShouldBe(0u);
        _core.Replies.All.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_step_that_wants_no_answer_or_whose_core_is_gone_stops_nobody()
    {
        await using var worker = Start(new NoopWorker());
        await _core.SendBodyAsync("no JSON", reply: false);
        await worker.LoggedAsync("has no reply_to");
        await using (var gone = await Core.OpenAsync(broker.Connection))
        {
            await using var other = RunningWorker.Start(new SleepWorker(TimeProvider.System), broker.Server, new WorkerSettings { Queue = gone.Suffix });
            await gone.SendAsync("Sleep", new() { ["seconds"] = 0.5 });
            await gone.Replies.UntilAsync(1);
            await using (var channel = await broker.Connection.CreateChannelAsync())
            {
                await channel.QueueDeleteAsync(gone.Replies.Name, ifUnused: false, ifEmpty: false);
            }

            await other.LoggedAsync("nobody hears 'completed'");
        }

        ((string)(await _core.RunAsync("X"))["status"]!).ShouldBe("completed");
    }

    [Fact]
    public async Task Output_says_when_a_step_begins_and_ends()
    {
        await using var worker = Start(new NoopWorker());
        var output = await _core.ListenAsync("output");
        await _core.RunAsync("X");
        var lines = await output.UntilAsync(3, Ours);
        lines[0].Json.Select(m => m.Key).ShouldBe(["message"]);
        ((string)lines[0].Json["message"]!).ShouldStartWith($"Starting NoopWorker.{_core.Deployment} - 2");
        ((string)lines[^1].Json["message"]!).ShouldStartWith($"Finished NoopWorker.{_core.Deployment} - 2");
        ((string)lines[^1].Json["message"]!).ShouldEndWith("\n\n");
        lines[0].Properties.AppId.ShouldBe("noopworker");
    }

    [Theory]
    [InlineData(OutputLevel.Info, new[] { "completed", "failed" })]
    [InlineData(OutputLevel.Error, new[] { "failed" })]
    [InlineData(OutputLevel.Critical, new string[0])]
    public async Task Output_below_the_level_is_not_sent(OutputLevel level, string[] sent)
    {
        var output = await _core.ListenAsync("output");
        await using (Start(new NoopWorker(), new WorkerSettings { OutputLevel = level }))
        {
            await _core.RunAsync("X");
            await _core.RunAsync("Fail");
        }

        // A worker of all levels is the last to speak.
        await using var all = Start(new NoopWorker());
        await _core.RunAsync("Mark");
        var lines = await output.UntilAsync(sent.Length + 3, Ours);
        lines.Take(sent.Length).Select(l => (string)l.Json["message"]!).Zip(sent).ShouldAllBe(l => l.First.Contains($" {l.Second} ", StringComparison.Ordinal));
        ((string)lines[sent.Length].Json["message"]!).ShouldStartWith("Starting ");
    }

    [Fact]
    public async Task Notifications_go_to_those_whom_the_step_names()
    {
        await using var worker = Start(new NoopWorker());
        var inbox = await _core.ListenAsync("notify.*");
        await _core.RunAsync("X", notify: new() { ["started"] = new JsonObject { ["irc"] = new JsonArray("#a", "#b") }, ["completed"] = new JsonObject { ["irc"] = new JsonArray("#a"), ["email"] = new JsonArray("x@example.org") } });
        var told = await inbox.UntilAsync(3, Ours);
        told.Select(t => t.RoutingKey).ShouldBe(["notify.irc", "notify.irc", "notify.email"]);
        told.Select(t => (string)t.Json["phase"]!).ShouldBe(["started", "completed", "completed"]);
        told[0].Json["target"]!.AsArray().Select(t => (string)t!).ShouldBe(["#a", "#b"]);
        told.ShouldAllBe(t => t.Json.Count == 4 && ((string)t.Json["slug"]!).Length <= 80 && ((string)t.Json["slug"]!).Length > 0 && ((string)t.Json["message"]!).Length > 0);

        // A step that names nobody tells nobody, and one that failed tells those of its failure.
        await _core.RunAsync("X");
        await _core.RunAsync(new string('F', 100), notify: new() { ["failed"] = new JsonObject { ["irc"] = new JsonArray("#a") } });
        await _core.RunAsync("Fail", notify: new() { ["failed"] = new JsonObject { ["irc"] = new JsonArray("#f") }, ["started"] = new JsonObject() });
        told = await inbox.UntilAsync(4, Ours);
        told.Count.ShouldBe(4);
        ((string)told[3].Json["phase"]!).ShouldBe("failed");
    }

    [Fact]
    public async Task A_slug_has_80_characters_at_most_and_the_exchange_can_be_chosen()
    {
        await using var worker = Start(new NoopWorker(), new WorkerSettings { NotifyExchange = "" });
        await using var channel = await broker.Connection.CreateChannelAsync();
        var transport = $"t{Guid.NewGuid():N}";
        await channel.QueueDeclareAsync($"notify.{transport}", durable: false, exclusive: true, autoDelete: true);
        var inbox = await Inbox.OpenAsync(channel, "re", $"notify.{transport}");
        await _core.RunAsync(new string('L', 100), notify: new() { ["completed"] = new JsonObject { [transport] = new JsonArray() } });
        var sent = await Eventually.SeeAsync(() => channel.BasicGetAsync($"notify.{transport}", autoAck: true), m => m is not null);
        ((string)JsonNode.Parse(sent!.Body.Span)!["slug"]!).Length.ShouldBe(80);
        inbox.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_deployment_without_what_the_worker_needs_does_not_start()
    {
        await using var worker = Start(new Needy());
        (await _core.RefusedAsync("X", dynamic: new() { ["cart"] = "1" })).ShouldBe("Needy failed due to missing key: 'environment'. Required Keys: cart,environment");
        ((string)(await _core.RunAsync("X", dynamic: new() { ["cart"] = "1", ["environment"] = "qa" }))["status"]!).ShouldBe("completed");
    }

    [Fact]
    public async Task Whatever_a_worker_throws_is_an_answer()
    {
        await using var worker = Start(new Thrower());
        var answer = await _core.RunAsync("Boom");
        ((string)answer["status"]!).ShouldBe("failed");
        ((string)answer["data"]!).ShouldBe("Thrower failed: InvalidOperationException: Boom");
        ((string)(await _core.RunAsync("Again"))["data"]!).ShouldContain("Again");
    }

    private bool Ours(Received message) => message.Properties.CorrelationId == _core.Deployment;

    private RunningWorker Start(ReleaseWorker worker, WorkerSettings? settings = null) => RunningWorker.Start(worker, broker.Server, (settings ?? new WorkerSettings()) with { Queue = _core.Suffix });

    private sealed class Needy : ReleaseWorker
    {
        public override IReadOnlyList<string> Dynamic => ["cart", "environment"];

        public override Task<StepResult> RunAsync(StepContext context, CancellationToken stop) => Task.FromResult(StepResult.Completed());
    }

    private sealed class Thrower : ReleaseWorker
    {
        public override Task<StepResult> RunAsync(StepContext context, CancellationToken stop) => throw new InvalidOperationException(context.Step.Subcommand);
    }
}
