using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Muster.Signatures;
using Muster.Tests.Support;
using Xunit;

namespace Muster.Tests.Cluster.Colonies;

/// <summary>Who gets which process, and when.</summary>
[Collection(Scheduling.Name)]
public sealed class SchedulingTests(ColoniesFixture fixture) : ColoniesTest(fixture)
{
    private const long Day = 86_400_000_000_000;

    [Fact]
    public async Task A_step_of_priority_is_worth_a_day_for_targeted_and_untargeted_alike()
    {
        string[] order = ["high", "above", "first", "second", "low"];
        var ids = new Dictionary<string, string>();
        foreach (var (name, priority, targeted) in new[] { ("first", 0, true), ("low", -50, false), ("second", 0, false), ("above", 1, true), ("high", 50, false) })
        {
            var p = await SubmitProcessAsync(s =>
            {
                s["priority"] = priority;
                s["conditions"]!["executornames"] = targeted ? new JsonArray("worker") : null;
            });
            ids[name] = Id(p);
            var submitted = DateTimeOffset.Parse((string)p["submissiontime"]!, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(((submitted - DateTimeOffset.UnixEpoch).Ticks * 100) - (priority * Day), (long)p["prioritytime"]!);
        }

        foreach (var name in order)
        {
            Assert.Equal(ids[name], Id(await AssignProcessAsync()));
        }
    }

    [Fact]
    public async Task A_process_that_is_tried_again_keeps_its_place()
    {
        var old = await SubmitProcessAsync(s =>
        {
            s["maxexectime"] = 1;
            s["maxretries"] = -1;
        });
        await AssignProcessAsync();
        await SubmitProcessAsync();
        var back = await Eventually.SeeAsync(() => ProcessAsync(Id(old)), p => (int)p["state"]! == 0);
        Assert.Equal((1, false, "", (long)old["prioritytime"]!), ((int)back["retries"]!, (bool)back["isassigned"]!, (string)back["assignedexecutorid"]!, (long)back["prioritytime"]!));
        Assert.True(Time(back, "starttime").Year > 1 && Time(back, "endtime") - Time(back, "starttime") >= TimeSpan.FromSeconds(1));
        await Client.RefusedAsync(403, Executor, "closesuccessfulmsg", new() { ["processid"] = Id(old) });
        Assert.Equal(Id(old), Id(await AssignProcessAsync()));
    }

    [Fact]
    public async Task A_process_for_some_executors_goes_to_none_else()
    {
        var second = await ExecutorAsync("worker2");
        var id = Id(await SubmitProcessAsync(s => s["conditions"]!["executornames"] = new JsonArray("worker2", "worker3")));
        await NothingAsync(Executor);
        Assert.Equal(id, Id(await AssignProcessAsync(second)));
        await SubmitProcessAsync(s => s["conditions"]!["executortype"] = "other");
        await NothingAsync(Executor);
    }

    [Fact]
    public async Task Places_are_compared_without_their_case()
    {
        var home = await ExecutorAsync("home", location: "HOME");
        var away = await ExecutorAsync("away", location: "away");
        var id = Id(await SubmitProcessAsync(s => s["conditions"]!["locationname"] = "hoMe"));
        await NothingAsync(Executor);
        await NothingAsync(away);
        var assigned = await AssignProcessAsync(home);
        Assert.Equal((id, "hoMe"), (Id(assigned), (string)assigned["spec"]!["conditions"]!["locationname"]!));
        var anywhere = Id(await SubmitProcessAsync());
        Assert.Equal(anywhere, Id(await AssignProcessAsync(away)));
    }

    [Theory]
    [InlineData("cpu", "1000m", "availablecpu", "999m", "1000m")]
    [InlineData("mem", "10Gi", "availablemem", "9Gi", "10Gi")]
    [InlineData("mem", "1G", "availablemem", "999M", "1GiB")]
    [InlineData("mem", "1000Kb", "availablemem", "976Ki", "1M")]
    public async Task A_process_goes_where_enough_is_free(string condition, string needed, string available, string little, string enough)
    {
        var id = Id(await SubmitProcessAsync(s => s["conditions"]![condition] = needed));
        await Client.RefusedAsync(404, Executor, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = -1, [available] = little });
        Assert.Equal(id, Id(await Client.OkAsync(Executor, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = 20, [available] = enough })));
        var free = Id(await SubmitProcessAsync(s =>
        {
            s["conditions"]![condition] = needed;
            s["conditions"]!["storage"] = "100TiB";
        }));
        Assert.Equal(free, Id(await AssignProcessAsync()));
    }

    [Fact]
    public async Task Nobody_takes_what_needs_more_than_127_nodes()
    {
        await SubmitProcessAsync(s => s["conditions"]!["nodes"] = 128);
        await NothingAsync(Executor);
    }

    [Fact]
    public async Task A_process_that_waits_too_long_fails_with_these_words()
    {
        var p = await SubmitProcessAsync(s => s["maxwaittime"] = 1);
        Assert.Equal(TimeSpan.FromSeconds(1), Time(p, "waitdeadline") - Time(p, "submissiontime"));
        var failed = await Eventually.SeeAsync(() => ProcessAsync(Id(p)), x => (int)x["state"]! == 3);
        Assert.Equal("""["Maximum waiting time limit exceeded"]""", failed["errors"]!.ToJsonString());
        Assert.Equal((false, "", 0), ((bool)failed["isassigned"]!, (string)failed["assignedexecutorid"]!, (int)failed["retries"]!));
        Assert.True(Time(failed, "endtime") >= Time(p, "waitdeadline"));
        await Client.RefusedAsync(403, Executor, "closesuccessfulmsg", new() { ["processid"] = Id(p) });
    }

    [Theory]
    [InlineData("removeexecutormsg")]
    [InlineData("rejectexecutormsg")]
    public async Task What_an_executor_held_that_was_removed_goes_to_one_who_waits(string message)
    {
        var second = await ExecutorAsync("worker2");
        var p = await SubmitProcessAsync(s => s["maxretries"] = 0);
        await AssignProcessAsync();
        var waiting = AssignProcessAsync(second);
        await Client.OkAsync(Owner, message, new() { ["colonyname"] = Colony, ["executorname"] = "worker" });
        var again = await waiting;
        Assert.Equal((Id(p), 0, (long)p["prioritytime"]!, second.Id), (Id(again), (int)again["retries"]!, (long)again["prioritytime"]!, (string)again["assignedexecutorid"]!));
        await Client.RefusedAsync(403, Executor, "closesuccessfulmsg", new() { ["processid"] = Id(p) });
        await Client.OkAsync(second, "closesuccessfulmsg", new() { ["processid"] = Id(p) });
    }

    [Fact]
    public async Task What_a_removed_executor_held_is_as_if_it_had_not_begun()
    {
        var user = await UserAsync("u");
        var id = Id(await SubmitProcessAsync());
        await AssignProcessAsync();
        await Client.OkAsync(Owner, "removeexecutormsg", new() { ["colonyname"] = Colony, ["executorname"] = "worker" });
        var back = await ProcessAsync(id, user);
        Assert.Equal((0, 0, false, ""), ((int)back["state"]!, (int)back["retries"]!, (bool)back["isassigned"]!, (string)back["assignedexecutorid"]!));
        Assert.Equal((1, 1), (Time(back, "starttime").Year, Time(back, "endtime").Year));
    }

    [Theory]
    [InlineData("removeexecutormsg")]
    [InlineData("rejectexecutormsg")]
    public async Task An_executor_that_is_removed_while_it_waits_gets_nothing_any_more(string message)
    {
        var second = await ExecutorAsync("worker2");
        var waiting = Client.RefusedAsync(403, Executor, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = 60 });
        await AskedAsync("worker");
        await Client.OkAsync(Owner, message, new() { ["colonyname"] = Colony, ["executorname"] = "worker" });
        await waiting;
        var id = Id(await SubmitProcessAsync(by: second));
        Assert.Equal(id, Id(await AssignProcessAsync(second)));
    }

    [Fact]
    public async Task Who_waits_in_a_colony_that_is_removed_is_told()
    {
        var waiting = Client.RefusedAsync(403, Executor, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = 60 });
        await AskedAsync("worker");
        await Client.OkAsync(ServerOwner, "removecolonymsg", new() { ["colonyname"] = Colony });
        await waiting;
    }

    [Fact]
    public async Task While_it_is_paused_nothing_is_assigned_and_resuming_wakes_who_waits()
    {
        var waiting = AssignProcessAsync(timeout: 60);
        await AskedAsync("worker");
        await Client.OkAsync(Owner, "pauseassignmentsmsg", new() { ["colonyname"] = Colony });
        var id = Id(await SubmitProcessAsync());
        var second = await ExecutorAsync("worker2");
        await Client.RefusedAsync(503, second, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = -1 });
        await Client.RefusedAsync(408, second, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = 1 });
        Assert.False(waiting.IsCompleted);
        Assert.Equal(0, (int)(await ProcessAsync(id))["state"]!);
        await Client.OkAsync(Owner, "resumeassignmentsmsg", new() { ["colonyname"] = Colony });
        Assert.Equal(id, Id(await waiting));
    }

    [Fact]
    public async Task Everybody_who_waits_and_matches_is_woken()
    {
        var keys = new List<PrivateKey> { Executor };
        for (var i = 2; i <= 5; i++)
        {
            keys.Add(await ExecutorAsync($"worker{i}"));
        }

        var waiting = keys.Select(k => AssignProcessAsync(k)).ToList();
        await AskedAsync("worker", "worker2", "worker3", "worker4", "worker5");
        var ids = new List<string>();
        for (var i = 5; i >= 1; i--)
        {
            // The last ones are targeted, so that whoever is woken first may not be the one whose it is.
            var name = i == 1 ? "worker" : $"worker{i}";
            ids.Add(Id(await SubmitProcessAsync(s => s["conditions"]!["executornames"] = new JsonArray(name))));
        }

        var got = await Task.WhenAll(waiting);
        Assert.Equal(ids.Order(), got.Select(Id).Order());
        Assert.All(got.Zip(keys), pair => Assert.Equal(pair.Item2.Id, (string)pair.Item1["assignedexecutorid"]!));
    }

    [Fact]
    public async Task A_process_goes_to_one_executor_only_however_many_ask()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => ExecutorAsync($"w{i}")));
        var ids = await Task.WhenAll(Enumerable.Range(0, 24).Select(async _ => Id(await SubmitProcessAsync())));
        var got = await Task.WhenAll(keys.SelectMany(k => Enumerable.Range(0, 3).Select(async _ => Id(await AssignProcessAsync(k)))));
        Assert.Equal(ids.Order(), got.Order());
        await NothingAsync(Executor);
    }

    [Fact]
    public async Task An_executor_that_is_gone_while_it_waits_loses_nothing()
    {
        var second = await ExecutorAsync("worker2");
        var body = ColoniesClient.EnvelopeOf(Executor, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = 60 });
        using var gone = new TcpClient();
        await gone.ConnectAsync(Api.Http.BaseAddress!.Host, Api.Http.BaseAddress.Port);
        var stream = gone.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /api HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        await AskedAsync("worker");
        gone.Client.Shutdown(SocketShutdown.Send);
        // The server has seen it and is done with the question when it closes its side.
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));

        var id = Id(await SubmitProcessAsync());
        Assert.Equal(id, Id(await AssignProcessAsync(second)));
    }

    private static string Id(JsonNode process) => (string)process["processid"]!;

    private static DateTimeOffset Time(JsonNode process, string member) => DateTimeOffset.Parse((string)process[member]!, System.Globalization.CultureInfo.InvariantCulture);

    private async Task NothingAsync(PrivateKey by) =>
        Assert.Equal("No process available for assignment", await Client.RefusedAsync(404, by, "assignprocessmsg", new() { ["colonyname"] = Colony, ["timeout"] = -1 }));

    // A question is at the server when its executor, who has said nothing before, was heard of.
    private async Task AskedAsync(params string[] names)
    {
        var user = await UserAsync("watcher");
        await Eventually.SeeAsync(
            async () => (await Client.OkAsync(user, "getexecutorsmsg", new() { ["colonyname"] = Colony })).AsArray(),
            all => names.All(n => Time(all.Single(e => (string)e!["executorname"]! == n)!, "lastheardfromtime").Year > 1));
    }
}
