using System.Text.Json.Nodes;
using Muster.Tests.Workers.Broker;

namespace Muster.Tests.Workers.ReleaseEngine;

/// <summary>re-worker as a program.</summary>
[Collection(BrokerTests.Name)]
public sealed class ProgramTests(BrokerFixture broker) : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly List<ProgramProcess> _programs = [];
    private Core _core = null!;

    public async Task InitializeAsync() => _core = await Core.OpenAsync(broker.Connection);

    public async Task DisposeAsync()
    {
        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        await _core.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_worker_that_is_killed_leaves_its_step_to_the_next_only_when_steps_are_acknowledged_last()
    {
        var first = await StartAsync("command", new() { ["acknowledge"] = "answered" });
        var output = await _core.ListenAsync("output");
        await _core.SendAsync("Run", new() { ["cmd"] = "echo runs $$; exec sleep 100" });
        var runs = await output.UntilAsync(1, r => r.Body.Contains("runs ", StringComparison.Ordinal) && r.Properties.CorrelationId == _core.Deployment);
        await first.KillAsync();
        // What it had started ends with it.
        var command = ((string)runs[0].Json["message"]!).Split(' ')[1];
        await Eventually.Holds(() => !File.Exists($"/proc/{command}/cmdline") || File.ReadAllText($"/proc/{command}/cmdline").Length == 0, "the command is gone");

        var second = await StartAsync("command", new() { ["acknowledge"] = "answered" });
        await _core.Replies.UntilAsync(2);
        _core.Words.ShouldBe(["started", "failed"]);
        ((string)(await _core.RunAsync("Run", new() { ["cmd"] = "true" }))["status"]!).ShouldBe("completed");
        await second.SignalAsync("INT");
        (await second.ExitAsync()).ShouldBe(0);

        // Acknowledged first, it is gone with its worker.
        var third = await StartAsync("sleep", []);
        await _core.SendAsync("Sleep", new() { ["seconds"] = 100 });
        await _core.Replies.UntilAsync(5);
        await third.KillAsync();
        (await _core.WaitingAsync()).ShouldBe(0u);
    }

    [Fact]
    public async Task What_cannot_be_is_said_in_one_line()
    {
        await SaysAsync(1, "cannot be read", "noop", _folder.File("none.json"));
        await SaysAsync(2, "There is no worker 'dance'; there are noop, sleep and command.", "dance", Broker());
        await SaysAsync(1, "\"parallel\" must be a whole number", "noop", Broker(), "-w", Written(new() { ["parallel"] = "many" }));
    }

    [Fact]
    public async Task A_broker_that_refuses_or_is_not_there_is_told_and_asked_again()
    {
        var refused = Start("noop", Broker("wrong"), Written([]));
        await Eventually.Holds(() => refused.Output.Contains("ACCESS_REFUSED", StringComparison.Ordinal), refused.Output);
        refused.ExitCode.ShouldBeNull();
        await refused.SignalAsync("TERM");
        (await refused.ExitAsync()).ShouldBe(0);
    }

    private async Task SaysAsync(int code, string what, params string[] arguments)
    {
        var program = ProgramProcess.StartBeside(_folder.Path, "re-worker.dll", arguments);
        _programs.Add(program);
        (await program.ExitAsync()).ShouldBe(code, program.Output);
        program.Output.ShouldContain(what);
        program.Output.Trim().ShouldNotContain("\n");
    }

    private async Task<ProgramProcess> StartAsync(string worker, JsonObject settings)
    {
        settings["queue"] = _core.Suffix;
        var program = Start(worker, Broker(), Written(settings));
        await Eventually.Holds(() => program.Output.Contains("Waits for steps in", StringComparison.Ordinal), "it waits for steps");
        return program;
    }

    private ProgramProcess Start(string worker, string mq, string settings)
    {
        var program = ProgramProcess.StartBeside(_folder.Path, "re-worker.dll", worker, "-w", settings, mq);
        _programs.Add(program);
        return program;
    }

    private string Broker(string password = "guest") =>
        Written(new() { ["server"] = "127.0.0.1", ["port"] = broker.Server.Port, ["user"] = "guest", ["password"] = password, ["vhost"] = "/" });

    private string Written(JsonObject json)
    {
        var file = _folder.File($"{Guid.NewGuid():N}.json");
        File.WriteAllText(file, json.ToJsonString());
        return file;
    }
}
