using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Muster.Tests.Workers.Broker;

namespace Muster.Tests.Workers.SensorBucket;

/// <summary>sensorbucket-worker as a program, with a Python function of its own.</summary>
[Collection(BrokerTests.Name)]
public sealed class ProgramTests(BrokerFixture broker) : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly List<ProgramProcess> _programs = [];
    private Pipeline _pipeline = null!;

    public async Task InitializeAsync() => _pipeline = await Pipeline.OpenAsync(broker.Connection);

    public async Task DisposeAsync()
    {
        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        await _pipeline.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task It_is_a_whole_worker_with_a_file_of_user_code_and_counts_what_it_does()
    {
        var metrics = FreePort();
        var worker = Start(("METRICS_ADDR", $"127.0.0.1:{metrics}"));
        await ReadyAsync(worker);
        await SendAsync("measure", "m-1");
        await SendAsync("raises", "m-2");
        var result = (await _pipeline.Results.UntilAsync(1))[0];
        (result.Properties.MessageId, result.Json["measurements"]!.AsArray().Count).ShouldBe(("m-1", 4));
        var error = (await _pipeline.Errors.UntilAsync(1))[0];
        (error.Properties.MessageId, (string)error.Json["worker"]!).ShouldBe(("m-2", _pipeline.Worker));

        using var http = new HttpClient();
        await Eventually.SeeAsync(() => http.GetStringAsync(new Uri($"http://127.0.0.1:{metrics}/metrics")), text =>
            text.Contains("sensorbucket_fissionrmqconnect_processed 2", StringComparison.Ordinal) && text.Contains("sensorbucket_fissionrmqconnect_success 2", StringComparison.Ordinal));
        using var elsewhere = await http.GetAsync(new Uri($"http://127.0.0.1:{metrics}/"));
        elsewhere.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await worker.SignalAsync("INT");
        (await worker.ExitAsync()).ShouldBe(0, worker.Output);
    }

    [Fact]
    public async Task A_worker_that_is_killed_leaves_its_message_to_the_next_and_no_function_behind()
    {
        var first = Start();
        await ReadyAsync(first);
        var file = _folder.File("runs");
        await SendAsync("slow", "m-1", m => (m["file"], m["seconds"]) = (file, 60));
        await Eventually.Holds(() => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'), "the message is in work");
        var python = File.ReadAllLines(file)[0];
        await first.KillAsync();
        await Eventually.Holds(() => !File.Exists($"/proc/{python}/cmdline") || File.ReadAllText($"/proc/{python}/cmdline").Length == 0, "the function ended with it");

        var second = Start();
        await Eventually.Holds(() => File.ReadAllLines(file).Length == 2, "the next one has the message");
        // The function alone dies: it is started again, and the message with it.
        using var kill = System.Diagnostics.Process.Start("kill", ["-KILL", File.ReadAllLines(file)[1]]);
        await Eventually.Holds(() => File.ReadAllLines(file).Length == 3, "it is tried again");
        second.ExitCode.ShouldBeNull();
    }

    [Fact]
    public async Task A_message_that_kills_its_function_once_goes_on()
    {
        var worker = Start();
        await ReadyAsync(worker);
        await SendAsync("dies_once", "m-1", m => m["file"] = _folder.File("died"));
        (await _pipeline.Results.UntilAsync(1))[0].Properties.MessageId.ShouldBe("m-1");
        worker.Output.ShouldContain("is started again");
    }

    [Fact]
    public async Task What_cannot_be_is_said_in_one_line()
    {
        await SaysAsync("Not set: ENDPOINT_DEVICES.", [("ENDPOINT_DEVICES", "")], "--code", FrameFixture.UserCode);
        await SaysAsync("Not set: HTTP_ENDPOINT.", [("HTTP_ENDPOINT", "")]);
        await SaysAsync("there is no file", [("ENDPOINT_DEVICES", "http://x")], "--code", _folder.File("none.py"));
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await SaysAsync("cannot be used", [("METRICS_ADDR", $"127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}")]);
    }

    private async Task SaysAsync(string what, (string, string)[] environment, params string[] arguments)
    {
        var program = ProgramProcess.StartBesideWith(_pipeline.Environment(broker.Server, "http://127.0.0.1:1", environment), _folder.Path, "sensorbucket-worker.dll", arguments);
        _programs.Add(program);
        (await program.ExitAsync()).ShouldBe(1, program.Output);
        program.Output.ShouldContain(what);
        program.Output.Trim().ShouldNotContain("\n");
    }

    private ProgramProcess Start(params (string, string)[] more)
    {
        var environment = _pipeline.Environment(broker.Server, "", [("ENDPOINT_DEVICES", "http://127.0.0.1:1"), .. more]);
        var program = ProgramProcess.StartBesideWith(environment, _folder.Path, "sensorbucket-worker.dll", "--code", FrameFixture.UserCode);
        _programs.Add(program);
        return program;
    }

    private static Task ReadyAsync(ProgramProcess program) => Eventually.Holds(() => program.Output.Contains("Waits for messages", StringComparison.Ordinal), program.Output);

    private Task SendAsync(string what, string id, Action<JsonObject>? more = null) => _pipeline.SendAsync(Pipeline.Message(_pipeline.Worker, m =>
    {
        var metadata = new JsonObject { ["do"] = what };
        more?.Invoke(metadata);
        m["metadata"] = metadata;
    }).ToJsonString(), id);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
