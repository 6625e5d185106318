using System.Net;
using System.Net.Sockets;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Programs.Nodes;

/// <summary>A worker node as a program, that joins a seed as a program.</summary>
public sealed class NodeTests : ProgramsTest
{
    private readonly string _remote = $"127.0.0.1:{Ports.Free()}";
    private SeedProcess? _seed;

    private Api Api => _seed!.Api;

    [Fact]
    public async Task A_node_runs_functions_and_commands_of_its_queues()
    {
        await SeedAsync();
        Node("node-1", "--queues", "default,photos", "--exec");
        var function = await Api.SubmitAsync("""{"func":"merge","args":[1,2],"queue":"photos"}""");
        var command = await Api.SubmitAsync("""{"runtime":"exec","func":"sh","args":["-c","cat; echo $MUSTER_PROCESS_ID >&2"],"input":"in and out"}""");

        var merged = await Api.UntilAsync(function, "succeeded", 60);
        merged["result"]!.GetValue<int>().ShouldBe(3);
        merged["executor"]!.GetValue<string>().ShouldBe("node-1");
        var ran = await Api.UntilAsync(command, "succeeded");
        ran["result"]!["output"]!.GetValue<string>().ShouldBe("in and out");
        ran["executor"]!.GetValue<string>().ShouldBe("node-1");
        (await Api.GetAsync($"/v1/processes/{command}/logs")).Body!["items"]!.AsArray().Select(l => l!["text"]!.GetValue<string>()).ShouldContain(command);
    }

    [Fact]
    public async Task A_node_runs_as_commands_what_names_no_runtime_where_it_is_told_to()
    {
        await SeedAsync();
        Node("node-1", "--queues", "default,dev/cli:exec", "--exec");
        var id = await Api.SubmitAsync("""{"namespace":"dev","queue":"cli","func":"env","env":{"COLOUR":"green"}}""");

        var ran = (await Api.GetAsync($"/v1/processes/{id}?namespace=dev&wait=60s")).Body!;

        ran["status"]!.GetValue<string>().ShouldBe("succeeded", ran.ToJsonString());
        ran["executor"]!.GetValue<string>().ShouldBe("node-1");
        var output = ran["result"]!["output"]!.GetValue<string>().Split('\n');
        output.ShouldContain("COLOUR=green");
        output.ShouldContain("MUSTER_NAMESPACE=dev");
    }

    [Fact]
    public async Task A_node_beside_a_seed_needs_no_address_and_has_a_name_of_its_own()
    {
        await SeedAsync();
        var file = Path.Combine(Folder.Path, "data", "cluster.address");
        (await Eventually.SeeAsync(() => Task.FromResult(File.Exists(file) ? File.ReadAllText(file) : ""), text => text.Length > 0)).ShouldBe($"{_remote}\n");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        for (var i = 0; i < 2; i++)
        {
            StartNode("--slots", "1");
        }

        string[] ids = [await SleepAsync(), await SleepAsync()];
        var executors = new HashSet<string>();
        foreach (var id in ids)
        {
            executors.Add((await Api.UntilAsync(id, "succeeded", 60))["executor"]!.GetValue<string>());
        }

        executors.Count.ShouldBe(2);
        await _seed!.SignalAsync("TERM");
        (await _seed.ExitAsync()).ShouldBe(0);
        File.Exists(file).ShouldBeFalse();

        Task<string> SleepAsync() => Api.SubmitAsync("""{"func":"sleep","args":[3]}""");
    }

    [Fact]
    public async Task A_node_does_not_stay_in_a_cluster_of_another_name()
    {
        await SeedAsync();
        var stranger = Node("node-1", "--cluster", "other");
        (await stranger.ExitAsync()).ShouldBe(2, stranger.Output);
        stranger.Output.ShouldContain($"The cluster at {_remote} is 'muster' and this node is set to 'other'");
        stranger.Output.ShouldNotContain("joins it again");
        (await Api.GetAsync("/health/ready")).Status.ShouldBe(HttpStatusCode.OK);

        Node("node-2", "--cluster", "muster");
        (await Api.UntilAsync(await Api.SubmitAsync("""{"func":"echo"}"""), "succeeded", 60))["executor"]!.GetValue<string>().ShouldBe("node-2");
    }

    [Fact]
    public async Task A_node_runs_commands_only_when_it_is_told_to()
    {
        await SeedAsync();
        Node("node-1");
        var command = await Api.SubmitAsync("""{"runtime":"exec","func":"echo","args":["never"]}""");
        var function = await Api.SubmitAsync("""{"func":"echo","args":["now"]}""");
        await Api.UntilAsync(function, "succeeded", 60);
        (await Api.StatusAsync(command)).ShouldBe("waiting");
    }

    [Fact]
    public async Task What_a_killed_node_ran_runs_again_elsewhere()
    {
        await SeedAsync();
        var first = Node("node-1", "--exec");
        var id = await Api.SubmitAsync("""{"runtime":"exec","func":"sh","args":["-c","echo $MUSTER_ATTEMPT; [ $MUSTER_ATTEMPT -gt 1 ] || exec sleep 600"],"lease":"10m","retry":{"delay":0}}""");
        await Eventually.SeeAsync(() => Api.GetAsync($"/v1/processes/{id}/logs"), logs => logs.Body!["items"]!.AsArray().Count == 1, 60);
        Node("node-2", "--exec");
        await first.KillAsync();

        var process = await Api.UntilAsync(id, "succeeded", 90);
        process["executor"]!.GetValue<string>().ShouldBe("node-2");
        process["retries"]!.GetValue<int>().ShouldBe(1);
        process["result"]!["output"]!.GetValue<string>().ShouldBe($"{process["attempt"]}\n", "of the attempt that counts");
        // Nobody waited for the lease: the cluster knew that the node was gone.
        var history = (await Api.GetAsync($"/v1/processes/{id}/history")).Body!.ToJsonString();
        history.ShouldContain("worker lost");
        history.ShouldContain("left the cluster");
    }

    [Fact]
    public async Task A_process_that_kills_every_worker_fails_after_its_retries_and_nothing_else_does()
    {
        await SeedAsync();
        var pid = Folder.File("pid");
        var poison = await Api.SubmitAsync($$"""{"runtime":"exec","func":"sh","args":["-c","kill -9 $(cat '{{pid}}'); sleep 600"],"lease":"2s","retry":{"delay":0},"maxRetries":2}""");
        for (var life = 1; life <= 3; life++)
        {
            await File.WriteAllTextAsync(pid, "0");
            var node = Node($"node-{life}", "--exec", "--slots", "1");
            await File.WriteAllTextAsync(pid, $"{node.Id}");
            (await node.ExitAsync()).ShouldNotBe(0);
        }

        var failed = await Api.UntilAsync(poison, "failed", 60);
        failed["attempt"]!.GetValue<int>().ShouldBe(3);
        Node("healthy", "--exec");
        await Api.UntilAsync(await Api.SubmitAsync("""{"func":"echo"}"""), "succeeded", 60);
        (await Api.StatusAsync(poison)).ShouldBe("failed");
    }

    [Fact]
    public async Task A_node_that_is_started_before_its_seed_waits_for_it()
    {
        var node = Node("node-1");
        await Eventually.SeeAsync(() => Task.FromResult(node.Output), output => output.Contains("Couldn't join seed nodes", StringComparison.Ordinal), 60);
        await SeedAsync();
        var id = await Api.SubmitAsync("""{"func":"echo","args":["here"]}""");
        (await Api.UntilAsync(id, "succeeded", 60))["executor"]!.GetValue<string>().ShouldBe("node-1");
        node.ExitCode.ShouldBeNull();
    }

    [Fact]
    public async Task A_node_says_whether_it_is_in_the_cluster()
    {
        var health = $"127.0.0.1:{Ports.Free()}";
        using var http = new HttpClient { BaseAddress = new Uri($"http://{health}") };
        Node("node-1", "--health", health);
        await Eventually.SeeAsync(() => http.GetAsync(new Uri("/health/live", UriKind.Relative)), live => live.IsSuccessStatusCode, 60);
        (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await CheckAsync(health)).ShouldBe((1, "This node is not in a cluster."));

        await SeedAsync();
        await Eventually.SeeAsync(() => http.GetAsync(new Uri("/health/ready", UriKind.Relative)), ready => ready.IsSuccessStatusCode, 60);
        (await CheckAsync(health)).ShouldBe((0, "ready"));
    }

    [Fact]
    public async Task A_place_for_health_that_is_taken_ends_a_node_with_the_reason()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await SeedAsync();
        await using var node = ProgramProcess.StartBeside(Folder.Path, "Cluster.Node.dll", "--seed", _remote, "--health", $"{taken.LocalEndpoint}");
        (await node.ExitAsync()).ShouldBe(2, node.Output);
        node.Output.ShouldContain("address already in use");
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_lets_a_node_finish_what_is_short_and_give_back_what_is_not(string signal)
    {
        await SeedAsync();
        var node = Node("node-1", "--exec", "--drain", "4s");
        var started = Folder.File("started");
        var goOn = Folder.File("go-on");
        var quick = await Api.SubmitAsync($$"""{"runtime":"exec","func":"sh","args":["-c","touch '{{started}}'; while [ ! -e '{{goOn}}' ]; do sleep 0.1; done; echo whole"],"maxRetries":0}""");
        var slow = await Api.SubmitAsync("""{"func":"sleep","args":[600],"maxRetries":0}""");
        await Api.UntilAsync(slow, "running", 60);
        await Eventually.SeeAsync(() => Task.FromResult(File.Exists(started)), there => there);

        await node.SignalAsync(signal);
        await Eventually.SeeAsync(() => Task.FromResult(node.Output), output => output.Contains("Application is shutting down", StringComparison.Ordinal));
        await File.WriteAllTextAsync(goOn, "");

        (await Api.UntilAsync(quick, "succeeded"))["result"]!["output"]!.GetValue<string>().ShouldBe("whole\n");
        (await node.ExitAsync()).ShouldBe(0, node.Output);
        var given = await Api.UntilAsync(slow, "waiting");
        given["retries"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task A_node_comes_back_to_a_seed_that_was_killed_and_started_again_elsewhere()
    {
        await SeedAsync();
        var node = StartNode("--config", QuickLoss.In(Folder), "--name", "node-1");
        var before = await Api.SubmitAsync("""{"func":"echo","args":["before"]}""");
        await Api.UntilAsync(before, "succeeded", 60);
        await _seed!.KillAsync();

        // Its inside listens at another place now; the data folder says where.
        _seed = await StartSeedAsync("--slots", "0");
        var after = await Api.SubmitAsync("""{"func":"echo","args":["after"]}""");

        (await Api.UntilAsync(after, "succeeded", 120))["executor"]!.GetValue<string>().ShouldBe("node-1");
        node.ExitCode.ShouldBeNull();
        node.Output.ShouldContain("joins it again");
    }

    [Theory]
    [InlineData("--seed", "nowhere", "--seed 'nowhere' is not HOST:PORT")]
    [InlineData("--data", "nowhere", "No seed has left its address in")]
    [InlineData("--slots", "many", "--slots is a number")]
    [InlineData("--slots", "0", "--slots is a number")]
    [InlineData("--cluster", "a b", "--cluster 'a b' is not an id")]
    [InlineData("--name", "two words", "--name 'two words' is not an id")]
    [InlineData("--queues", "good,b@d", "--queues: 'b@d' is not an id")]
    [InlineData("--queues", "dev/cli:exec", "--queues: 'dev/cli:exec' asks for commands, which are not allowed here")]
    [InlineData("--queues", ",", "--queues names no queue")]
    [InlineData("--drain", "soon", "--drain is a time")]
    [InlineData("--roles", "boss", "--roles is core, worker")]
    [InlineData("--roles", "core", "which has to be PostgreSQL")]
    [InlineData("--store", "muster.db", "--store of a node is a PostgreSQL database")]
    [InlineData("--remote", "here", "--remote 'here' is not HOST:PORT")]
    [InlineData("--config", "nowhere.hocon", "there is no such file")]
    [InlineData("--health", "8081", "--health '8081' is not ADDRESS:PORT")]
    public async Task A_wrong_option_is_refused_with_the_reason(string option, string value, string reason)
    {
        string[] seed = option is "--seed" or "--data" ? [] : ["--seed", _remote];
        await using var node = ProgramProcess.StartBeside(Folder.Path, "Cluster.Node.dll", [.. seed, option, value]);
        (await node.ExitAsync()).ShouldBe(2, node.Output);
        node.Output.ShouldContain(reason);
        node.Output.ShouldNotContain("Unhandled");
    }

    private async Task<(int, string)> CheckAsync(string health)
    {
        await using var check = ProgramProcess.StartBeside(Folder.Path, "Cluster.Node.dll", "healthcheck", "--health", health);
        return (await check.ExitAsync(), check.Output.Trim());
    }

    private async Task SeedAsync() => _seed = await StartSeedAsync("--slots", "0", "--remote", _remote, "--config", QuickLoss.In(Folder));

    private ProgramProcess Node(string name, params string[] more) => StartNode(["--seed", _remote, "--config", QuickLoss.In(Folder), "--name", name, .. more]);
}
