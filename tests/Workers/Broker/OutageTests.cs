using System.Text.Json.Nodes;
using Muster.Tests.Workers.ReleaseEngine;
using Muster.Tests.Workers.SensorBucket;
using Xunit.Abstractions;

namespace Muster.Tests.Workers.Broker;

/// <summary>The broker dies while a step and a message are in work, and comes back.</summary>
[Collection(BrokerTests.Name)]
public sealed class OutageTests(BrokerFixture broker, ITestOutputHelper output) : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly List<ProgramProcess> _programs = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var program in _programs)
        {
            output.WriteLine(program.Output);
            await program.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task What_ends_while_the_broker_is_away_is_not_lost()
    {
        var core = await Core.OpenAsync(broker.Connection, durable: true);
        await using var pipeline = await Pipeline.OpenAsync(broker.Connection, durable: true);
        await using var function = await FunctionServer.StartAsync();
        var release = Start("re-worker.dll", null, "command", "-w", Written(new() { ["queue"] = core.Suffix }), Written(new() { ["server"] = "127.0.0.1", ["port"] = broker.Server.Port, ["user"] = "guest", ["password"] = "guest", ["vhost"] = "/" }));
        var connector = Start("sensorbucket-worker.dll", pipeline.Environment(broker.Server, function.Url));
        await Eventually.Holds(() => release.Output.Contains("Waits for", StringComparison.Ordinal) && connector.Output.Contains("Waits for", StringComparison.Ordinal), "both wait");

        var go = _folder.File("go");
        await core.SendAsync("Run", new() { ["cmd"] = $"while [ ! -e {go} ]; do sleep 0.05; done; echo done" });
        await core.Replies.UntilAsync(1);
        var goes = new TaskCompletionSource();
        function.Reply = async asked =>
        {
            await goes.Task;
            return new FunctionServer.Answer(200, "storage", asked.Body);
        };
        await pipeline.SendAsync("in work", "m-1");
        await Eventually.Holds(() => !function.Requests.IsEmpty, "the function works");

        await broker.Server.KeepsAsync(pipeline.Queue);
        await broker.Server.KillAsync();
        await File.WriteAllTextAsync(go, "");
        goes.SetResult();
        await Eventually.Holds(() => _programs.TrueForAll(p => p.Output.Contains("was closed or could not be opened", StringComparison.Ordinal)), "both have seen that");
        await broker.Server.StartAgainAsync();
        await broker.ConnectAsync();

        await using var channel = await broker.Connection.CreateChannelAsync();
        await core.Replies.ListenAsync(channel);
        await pipeline.Results.ListenAsync(channel);
        await core.Replies.UntilAsync(2);
        core.Words.ShouldBe(["started", "completed"]);
        core.Replies.All[1].Properties.CorrelationId.ShouldBe(core.Deployment);
        var result = (await pipeline.Results.UntilAsync(1))[0];
        (result.Body, result.Properties.MessageId).ShouldBe(("in work", "m-1"));

        // And both take what comes next.
        await channel.BasicPublishAsync("re", core.Queue, mandatory: false, new RabbitMQ.Client.BasicProperties { CorrelationId = core.Deployment, ReplyTo = core.Replies.Name }, "no JSON"u8.ToArray());
        await channel.BasicPublishAsync(pipeline.Exchange, pipeline.Worker, mandatory: false, new RabbitMQ.Client.BasicProperties { MessageId = "m-2" }, "next"u8.ToArray());
        await core.Replies.UntilAsync(3);
        await pipeline.Results.UntilAsync(1, r => r.Body == "next");
        foreach (var program in _programs)
        {
            await program.SignalAsync("TERM");
            (await program.ExitAsync()).ShouldBe(0, program.Output);
        }
    }

    private ProgramProcess Start(string assembly, Dictionary<string, string>? environment, params string[] arguments)
    {
        var program = ProgramProcess.StartBesideWith(environment ?? [], _folder.Path, assembly, arguments);
        _programs.Add(program);
        return program;
    }

    private string Written(JsonObject json)
    {
        var file = _folder.File($"{Guid.NewGuid():N}.json");
        File.WriteAllText(file, json.ToJsonString());
        return file;
    }
}
